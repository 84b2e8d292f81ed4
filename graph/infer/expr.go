package infer

import (
	"strconv"
	"strings"
)

// eval computes a dimension name from the bound symbols: exporters write sums and products of symbols as names, such
// as "past_sequence_length + 1".
func (r *Result) eval(name string) (int64, bool) {
	if v, ok := r.symbols[name]; ok {
		return v, true
	}
	if v, err := strconv.ParseInt(name, 10, 64); err == nil {
		return v, v > 0
	}
	if !strings.ContainsAny(name, "+-*/ ") {
		return 0, false
	}
	e := expr{rest: name, lookup: r.symbols}
	v, ok := e.sum()
	return v, ok && strings.TrimSpace(e.rest) == "" && v >= 0
}

// symbolsOf lists the plain symbols in a dimension name.
func symbolsOf(name string) []string {
	fields := strings.FieldsFunc(name, func(c rune) bool { return strings.ContainsRune("+-*/() ", c) })
	out := fields[:0]
	for _, f := range fields {
		if _, err := strconv.ParseInt(f, 10, 64); err != nil {
			out = append(out, f)
		}
	}
	return out
}

// expr is a recursive-descent parser of sum := product {(+|-) product}, product := factor {(*|/) factor}.
type expr struct {
	rest   string           // that is not parsed yet
	lookup map[string]int64 // values by name
	depth  int              // of parentheses
}

// sum parses terms joined by + and -. It reports false for anything else and for overflow.
func (e *expr) sum() (int64, bool) {
	v, ok := e.product()
	for ok {
		op := e.next("+-")
		if op == 0 {
			break
		}
		w, good := e.product()
		if op == '-' {
			w = -w
		}
		v, ok = v+w, good
	}
	return v, ok
}

// product parses factors joined by * and /.
func (e *expr) product() (int64, bool) {
	v, ok := e.factor()
	for ok {
		op := e.next("*/")
		if op == 0 {
			break
		}
		w, good := e.factor()
		switch {
		case !good || op == '/' && w == 0:
			return 0, false
		case op == '/':
			v /= w
		default:
			v *= w
		}
	}
	return v, ok
}

// factor parses a number, a name or a sum in parentheses, 32 deep at most.
func (e *expr) factor() (int64, bool) {
	if e.next("(") != 0 {
		if e.depth++; e.depth > 32 {
			return 0, false
		}
		v, ok := e.sum()
		return v, ok && e.next(")") != 0
	}
	e.rest = strings.TrimLeft(e.rest, " ")
	n := strings.IndexAny(e.rest, "+-*/() ")
	if n < 0 {
		n = len(e.rest)
	}
	word := e.rest[:n]
	e.rest = e.rest[n:]
	if v, err := strconv.ParseInt(word, 10, 64); err == nil {
		return v, true
	}
	v, ok := e.lookup[word]
	return v, ok
}

// next consumes one of the given characters, 0 if the next one is another.
func (e *expr) next(set string) byte {
	e.rest = strings.TrimLeft(e.rest, " ")
	if e.rest == "" || !strings.Contains(set, e.rest[:1]) {
		return 0
	}
	c := e.rest[0]
	e.rest = e.rest[1:]
	return c
}
