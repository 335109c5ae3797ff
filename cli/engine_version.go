package cli

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
)

// engineVersion tells programs apart that may give other results: by the revision they were
// made from or, if that is not known or was modified, by the SHA-256 of the program itself.
func engineVersion() string {
	b := readBuild()
	if b.revision != "unknown" && !b.modified {
		return b.version + " " + b.revision
	}
	if sum, err := programSum(); err == nil {
		return b.version + " build " + sum
	}
	return b.version + " " + b.revision
}

func programSum() (string, error) {
	path, err := os.Executable()
	if err != nil {
		return "", err
	}
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)[:8]), nil
}
