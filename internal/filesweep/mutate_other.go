//go:build !linux

package main

import "errors"

// attacked lists nothing where runs cannot be bounded.
var attacked []string

// mutate says that runs cannot be bounded here.
func mutate(string, []string, int, uint64) (failures []string, counts map[int]int, err error) {
	return nil, nil, errors.New("-mutate bounds each run as Linux does: run it there")
}
