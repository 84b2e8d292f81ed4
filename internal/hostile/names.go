package hostile

import "strings"

// Names returns names that a terminal, a table or a document would obey, and some that are merely odd.
func Names() []string {
	return []string{
		"\x1b[31mred\x1b[0m", "\x1b]0;title\a", "\x1b]8;;http://x.example\x1b\\link", "\x1b[2J\x1b[H", "bell\a",
		"back\b\b\bspace",
		"line\nend", "carriage\rreturn", "tab\tbed", "null\x00byte", "del\x7f", "\u009b31mC1", "\u0085next",
		"\u202eright to left\u202c", "\u2066isolate\u2069", "\u200bzero\u200dwidth\ufeff", "two\u2028lines\u2029more",
		"tag\U000e0041",
		"broken\xff\xfe", "\xc3(", "[click](javascript:alert(1))", "![x](http://x.example/x.png)", "[ref]: http://x.example",
		"<script>alert(1)</script>", "a|b\\|c", "`code`", "\n# heading", "=1+1", "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)",
		"\"quoted\",cells", "'", "a\r\n| b | c |",
		"gra\u034fpheme\u115ffiller\u3164", "heart\u2764\ufe0f\U000e0100", "zalgo" + strings.Repeat("\u0301", 40),
		"bra\u2800ille", " =1+1", "\uff1d1+1",
	}
}

// Named returns a model whose graph, nodes, tensors, dimensions, domain and producer have a name.
func Named(name string) []byte {
	m := &Model{Name: name, Producer: name, Inputs: []string{Value(name, 1, 8)}, Outputs: []string{Value(name + "y")}}
	m.Nodes = []Node{
		{Name: name, Op: "Relu", In: []string{name}, Out: []string{name + "r"}},
		{Name: name + "2", Op: "Mystery", Domain: name, In: []string{name + "r"}, Out: []string{name + "y"}},
	}
	m.Values = []string{Value(name+"r", 1, 8)}
	return m.Encode()
}

// Open returns a model whose input has a free dimension of a name.
func Open(name string) []byte {
	m := &Model{Name: "m", Inputs: []string{Value("x", 1, name+"d")}, Outputs: []string{Value("y")}}
	m.Nodes = []Node{relu("x", "y")}
	return m.Encode()
}
