//go:build !unix

package atomicfile

import (
	"os"
	"sync"
)

var lock sync.Mutex

// TryLock reports true: nothing is locked.
func TryLock(*os.File) bool { return true }

// Lock waits until nobody else in this process has locked a file, and returns the function that unlocks it.
func Lock(string) (unlock func(), err error) {
	lock.Lock()
	return lock.Unlock, nil
}
