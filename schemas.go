package ridgepoint

import (
	"embed"
	"fmt"
)

//go:embed docs/schema/*.json
var schemas embed.FS

// Schema returns the JSON Schema of a kind of answer, such as estimate-v2.
func Schema(name string) ([]byte, error) {
	text, err := schemas.ReadFile("docs/schema/" + name + ".json")
	if err != nil {
		return nil, fmt.Errorf("there is no schema %q; expected one of docs/schema, such as estimate-v2", name)
	}
	return text, nil
}
