package sweep

import (
	"bytes"
	"encoding/hex"
	"hash/crc32"
)

// A line of a store: the checksum of what follows it, the address of the run, its result as
// JSON, which has no line break.
//
//	0f3a9c1e 5feceb66ffc86f38... {"summary":{...}}\n
const (
	sumEnd     = 8
	idEnd      = sumEnd + 1 + 2*len(ID{})
	contentsAt = idEnd + 1
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func appendLine(text []byte, id ID, content []byte) []byte {
	begin := len(text)
	text = append(text, "00000000 "...)
	text = hex.AppendEncode(text, id[:])
	text = append(text, ' ')
	text = append(text, content...)
	copy(text[begin:], checksum(text[begin+sumEnd+1:]))
	return append(text, '\n')
}

// parseLine returns what is in a line; ok is false if that is not as it was written.
func parseLine(line []byte) (id ID, content []byte, ok bool) {
	line, whole := bytes.CutSuffix(line, []byte("\n"))
	if !whole || len(line) < contentsAt || line[sumEnd] != ' ' || line[idEnd] != ' ' {
		return id, nil, false
	}
	if !bytes.Equal(line[:sumEnd], checksum(line[sumEnd+1:])) {
		return id, nil, false
	}
	if _, err := hex.Decode(id[:], line[sumEnd+1:idEnd]); err != nil {
		return id, nil, false
	}
	return id, line[contentsAt:], true
}

func checksum(text []byte) []byte {
	sum := crc32.Checksum(text, castagnoli)
	return hex.AppendEncode(nil, []byte{byte(sum >> 24), byte(sum >> 16), byte(sum >> 8), byte(sum)})
}
