package results

import (
	"encoding/json"
	"io"
)

// columnsFile is columns.json: what the columns of the files of runs mean.
type columnsFile struct {
	Schema  string       `json:"schema"`
	Columns []columnLine `json:"columns"`
}

type columnLine struct {
	Name string `json:"name"`
	// Role is "id", "axis", "key" (what the run is besides) or "metric".
	Role     string `json:"role"`
	Type     string `json:"type"`
	Unit     string `json:"unit"`
	Meaning  string `json:"meaning"`
	Metric   string `json:"metric,omitempty"`
	Nullable bool   `json:"nullable"`
}

func schemaOf(axes []string) *columnsFile {
	made := &columnsFile{Schema: Schema}
	for i, c := range columnsOf(axes) {
		role := "key"
		switch {
		case i == 0:
			role = "id"
		case i <= len(axes):
			role = "axis"
		case c.Metric != "":
			role = "metric"
		}
		made.Columns = append(made.Columns, columnLine{c.Name, role, c.Type(), c.Unit, c.Meaning, c.Metric, c.nullable(new(Run))})
	}
	return made
}

// WriteJSON writes the file.
func (f *columnsFile) WriteJSON(to io.Writer) error {
	out := json.NewEncoder(to)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	return out.Encode(f)
}
