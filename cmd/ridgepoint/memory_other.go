//go:build !linux

package main

// addressRoom says that no limit of the address space is known.
func addressRoom() (room, steady int64, ok bool) { return 0, 0, false }
