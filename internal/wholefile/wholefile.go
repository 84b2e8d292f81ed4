// Package wholefile reads files into memory, up to a bound: a path may lead to what has no end.
package wholefile

import (
	"fmt"
	"io"
	"os"
)

// Read returns the content of a file of at most most bytes. what says in the error what was expected, such as a
// manifest.
func Read(path, what string, most int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, most+1))
	if err != nil {
		return nil, err
	}
	if int64(len(data)) > most {
		return nil, fmt.Errorf("%s: found more than %s, expected %s of at most as much", path, size(most), what)
	}
	return data, nil
}

// size returns a number of bytes in the largest unit that divides it.
func size(n int64) string {
	if n%(1<<20) == 0 {
		return fmt.Sprintf("%d MiB", n>>20)
	}
	return fmt.Sprintf("%d KiB", n>>10)
}
