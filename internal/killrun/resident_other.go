//go:build !unix

package main

import "os"

// residentOf returns 0: the system does not say what a process had resident.
func residentOf(*os.ProcessState) int64 { return 0 }
