//go:build !unix

package atomicfile

import "sync"

var lock sync.Mutex

// Lock waits until nobody else in this process has locked a file, and returns the function that unlocks it.
func Lock(string) (unlock func(), err error) {
	lock.Lock()
	return lock.Unlock, nil
}
