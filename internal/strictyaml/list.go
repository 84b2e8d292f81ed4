package strictyaml

import (
	"bytes"
	"strings"

	"gopkg.in/yaml.v3"
)

// List returns the texts of a list under a top-level key of a profile, such as its aliases. It parses only the lines of
// that key where these tell all, because a look-up by name reads every profile; otherwise it parses the whole file.
func List(data []byte, key string) []string {
	if !bytes.Contains(data, []byte(key)) && !escaped(data) {
		return nil
	}
	lines, ok := linesOf(data, key)
	if !ok {
		return parsedList(data, key)
	}
	_, value, _ := bytes.Cut(lines, []byte(":"))
	if items, ok := plainItems(string(value)); ok {
		return split(items)
	}
	if list := parsedList(lines, key); list != nil {
		return list
	}
	return parsedList(data, key)
}

// Mappings returns a list of flat mappings under a top-level key of a profile; an item that is a text alone stands for
// the mapping of short to it. As List does, it parses only the lines of the key where these tell all.
func Mappings(data []byte, key, short string) []map[string]string {
	if !bytes.Contains(data, []byte(key)) && !escaped(data) {
		return nil
	}
	if lines, ok := linesOf(data, key); ok {
		data = lines
	}
	var list []map[string]string
	for _, item := range items(data, key) {
		m := map[string]string{}
		if item.Kind == yaml.ScalarNode {
			m[short] = item.Value
		}
		for i := 1; i < len(item.Content); i += 2 {
			m[item.Content[i-1].Value] = item.Content[i].Value
		}
		list = append(list, m)
	}
	return list
}

// linesOf returns the lines from a plain top-level key to the next one. It reports false where the key is not the only
// mention of its name, or does not begin a line.
func linesOf(data []byte, key string) ([]byte, bool) {
	at := bytes.Index(data, []byte(key+":"))
	if at < 0 || bytes.Count(data, []byte(key)) != 1 || at > 0 && data[at-1] != '\n' || escaped(data) {
		return nil, false
	}
	end := at
	for line := range bytes.Lines(data[at:]) {
		if end > at && isLetter(line[0]) {
			break
		}
		end += len(line)
	}
	return data[at:end], true
}

// escaped reports whether words may be written otherwise than letter by letter: with escapes or in UTF-16.
func escaped(data []byte) bool {
	return bytes.IndexByte(data, '\\') >= 0 || bytes.IndexByte(data, 0) >= 0
}

// plainItems returns what is in the brackets of a list on one line whose items need no parser.
func plainItems(value string) (string, bool) {
	items, opens := strings.CutPrefix(strings.TrimSpace(value), "[")
	items, closes := strings.CutSuffix(items, "]")
	plain := strings.IndexFunc(items, func(r rune) bool {
		return !isLetter(byte(r)) && !(r >= '0' && r <= '9') && !strings.ContainsRune(" ,.+()/_-", r) || r > '~'
	}) < 0
	return items, opens && closes && plain
}

// isLetter reports whether b is a letter of ASCII.
func isLetter(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }

// split returns the items between commas, without blanks.
func split(items string) []string {
	if strings.TrimSpace(items) == "" {
		return nil
	}
	list := strings.Split(items, ",")
	for i := range list {
		list[i] = strings.TrimSpace(list[i])
	}
	if n := len(list) - 1; list[n] == "" { // a comma behind the last item
		list = list[:n]
	}
	return list
}

// parsedList returns the texts of a list under a top-level key as the parser sees them, nil where there are none.
func parsedList(data []byte, key string) []string {
	var list []string
	for _, item := range items(data, key) {
		list = append(list, item.Value)
	}
	return list
}

// items returns what is in a list under a top-level key.
func items(data []byte, key string) []*yaml.Node {
	var root struct {
		Rest map[string]yaml.Node `yaml:",inline"`
	}
	if yaml.Unmarshal(data, &root) != nil {
		return nil
	}
	return root.Rest[key].Content
}

// Plain returns the text of a top-level key that stands on one line, for lists of names: it parses nothing. It returns
// "" where there is no such line.
func Plain(data []byte, key string) string {
	for line := range bytes.Lines(data) {
		rest, ok := bytes.CutPrefix(line, []byte(key+": "))
		if !ok {
			continue
		}
		text, _, _ := strings.Cut(strings.TrimSpace(string(rest)), " #")
		return strings.Trim(strings.TrimSpace(text), `"'`)
	}
	return ""
}
