// Package wholefile reads files into memory, up to a bound: a path may lead to what has no end.
package wholefile

import (
	"bytes"
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
	var data bytes.Buffer
	if st, err := f.Stat(); err == nil && st.Mode().IsRegular() {
		data.Grow(int(min(st.Size(), most)) + bytes.MinRead)
	}
	if _, err := data.ReadFrom(io.LimitReader(f, most+1)); err != nil {
		return nil, err
	}
	if int64(data.Len()) > most {
		return nil, fmt.Errorf("%s: found more than %s, expected %s of at most as much", path, size(most), what)
	}
	return data.Bytes(), nil
}

// size returns a number of bytes in the largest unit that divides it.
func size(n int64) string {
	if n%(1<<20) == 0 {
		return fmt.Sprintf("%d MiB", n>>20)
	}
	return fmt.Sprintf("%d KiB", n>>10)
}
