package report_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/ridgepoint/ridgepoint/plots/report"
)

var schemaDir = filepath.Join("..", "..", "docs", "schema")

// schemas compiles the published schema documents. Strict ones also refuse members that are not documented.
func schemas(t *testing.T, strict bool) map[string]*jsonschema.Schema {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(schemaDir, "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no schema documents in %s: %v", schemaDir, err)
	}
	c := jsonschema.NewCompiler()
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		if strict {
			closeObjects(doc)
		}
		if err := c.AddResource("file:///"+filepath.Base(file), doc); err != nil {
			t.Fatal(err)
		}
	}
	out := map[string]*jsonschema.Schema{}
	for _, file := range files {
		base := filepath.Base(file)
		s, err := c.Compile("file:///" + base)
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		out["ridgepoint/"+strings.Replace(strings.TrimSuffix(base, ".json"), "-v", "/v", 1)] = s
	}
	return out
}

// closeObjects forbids members that a schema does not list.
func closeObjects(v any) {
	switch v := v.(type) {
	case map[string]any:
		if props, ok := v["properties"].(map[string]any); ok && len(props) > 0 && v["required"] != nil {
			v["additionalProperties"] = false
		}
		for _, child := range v {
			closeObjects(child)
		}
	case []any:
		for _, child := range v {
			closeObjects(child)
		}
	}
}

func printed(t *testing.T, doc *report.Document) map[string]any {
	t.Helper()
	var b bytes.Buffer
	f, err := report.Lookup("json")
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Write(&b, doc); err != nil {
		t.Fatal(err)
	}
	v, err := jsonschema.UnmarshalJSON(&b)
	if err != nil {
		t.Fatal(err)
	}
	return v.(map[string]any)
}

// All that is printed as JSON is as its schema says, with nothing undocumented in it, and every schema is printed by something.
func TestSchemas(t *testing.T) {
	strict, used := schemas(t, true), map[string]bool{}
	for name, doc := range documents(t) {
		v := printed(t, doc)
		id, _ := v["schema"].(string)
		s := strict[id]
		if s == nil {
			t.Errorf("%s: schema %q has no document in %s", name, id, schemaDir)
			continue
		}
		used[id] = true
		if err := s.Validate(v); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for id := range strict {
		if !used[id] {
			t.Errorf("nothing prints %s", id)
		}
	}
}

// A schema refuses a document that lacks any of its members: it is not satisfied by everything.
func TestSchemasRefuse(t *testing.T) {
	open := schemas(t, false)
	for name, doc := range documents(t) {
		whole := printed(t, doc)
		id, _ := whole["schema"].(string)
		for member := range whole {
			broken := map[string]any{}
			for k, v := range whole {
				if k != member {
					broken[k] = v
				}
			}
			if open[id].Validate(broken) == nil {
				t.Errorf("%s passes without %s", name, member)
			}
			broken[member] = map[string]any{"a": "b"}
			if open[id].Validate(broken) == nil {
				t.Errorf("%s passes with an object of strings as its %s", name, member)
			}
		}
	}
}

// The members that other programs rely on stay.
func TestContract(t *testing.T) {
	total := printed(t, documents(t)["estimate"])["total"].(map[string]any)
	for _, member := range []string{"macs", "flops", "bytes", "weight_bytes", "params", "peak_activation_bytes", "intensity", "latency_ms", "throughput_per_s", "coverage"} {
		if _, ok := total[member]; !ok {
			t.Errorf("total has no %s", member)
		}
	}
	latency := total["latency_ms"].(map[string]any)
	for _, member := range []string{"expected", "low", "high"} {
		if v, ok := latency[member]; !ok || v != nil {
			t.Errorf("latency_ms.%s is %v without a calibration, want null", member, v)
		}
	}
	if v, ok := latency["speed_of_light"].(json.Number); !ok || v == "0" {
		t.Errorf("latency_ms.speed_of_light is %v", latency["speed_of_light"])
	}
}
