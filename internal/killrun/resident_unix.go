//go:build unix

package main

import (
	"os"
	"runtime"
	"syscall"
)

// residentOf returns the most memory that a process had resident, in KiB.
func residentOf(p *os.ProcessState) int64 {
	u, ok := p.SysUsage().(*syscall.Rusage)
	switch {
	case !ok:
		return 0
	case runtime.GOOS == "darwin":
		return int64(u.Maxrss) >> 10
	}
	return int64(u.Maxrss)
}
