package report

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"strings"
)

// PrintTable writes a table, the header first: aligned for people, as Markdown, CSV or a
// JSON object a line.
func PrintTable(w io.Writer, format string, rows [][]string) error {
	switch format {
	case "csv":
		return csv.NewWriter(w).WriteAll(rows)
	case "jsonl":
		return printObjects(w, rows)
	case "md":
		return printMarkdown(w, rows)
	}
	return Align(w, 1, rows)
}

func printMarkdown(w io.Writer, rows [][]string) error {
	var text strings.Builder
	for i, row := range rows {
		for _, value := range row {
			text.WriteString("| " + strings.ReplaceAll(value, "|", `\|`) + " ")
		}
		text.WriteString("|\n")
		if i == 0 {
			text.WriteString("|---|" + strings.Repeat("---:|", len(row)-1) + "\n")
		}
	}
	_, err := io.WriteString(w, text.String())
	return err
}

// printObjects writes each row as an object with the keys in the order of the header,
// numbers as numbers, and what is missing as null.
func printObjects(w io.Writer, rows [][]string) error {
	out := json.NewEncoder(w)
	for _, row := range rows[1:] {
		var object fields
		for i, value := range row {
			object = append(object, field{rows[0][i], JSONValue(value)})
		}
		if err := out.Encode(object); err != nil {
			return err
		}
	}
	return nil
}

// JSONValue returns a text of a table as a value: a number or a truth as what it is, nothing
// as null.
func JSONValue(text string) any {
	var x json.Number
	switch {
	case text == "":
		return nil
	case text == "true" || text == "false":
		return text == "true"
	case json.Unmarshal([]byte(text), &x) == nil && x.String() == text:
		return x
	}
	return text
}
