package main

import (
	"strings"
	"testing"
)

func TestRead(t *testing.T) {
	const events = `{"Action":"start","Package":"p"}
{"Action":"output","Package":"p","Test":"TestA","Output":"    a_test.go:3: needs a GPU\n"}
{"Action":"skip","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Test":"TestB","Output":"    b_test.go:9: found 1, expected 2\n"}
{"Action":"fail","Package":"p","Test":"TestB"}
{"Action":"pass","Package":"p","Test":"TestC"}
{"Action":"skip","Package":"p","Test":"TestD"}
{"Action":"pass","Package":"q","Elapsed":1.25}
{"Action":"fail","Package":"p"}
`
	var out strings.Builder
	got := read(strings.NewReader(events), &out)
	const want = "2 packages, 2 tests, 2 failures, skipped 1 (needs a GPU), 1 (no reason given)"
	if got.String() != want {
		t.Errorf("found %q, expected %q", got, want)
	}
	if text := out.String(); !strings.Contains(text, "found 1, expected 2") || !strings.Contains(text, "1.2 s  q") {
		t.Errorf("found %q, expected the failure and a line for q", text)
	}
	if got := read(strings.NewReader(""), &out).String(); !strings.HasSuffix(got, "nothing skipped") {
		t.Errorf("found %q, expected nothing skipped", got)
	}
}
