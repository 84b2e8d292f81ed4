package report_test

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/ridgepoint/ridgepoint/graph/dtype"
	"github.com/ridgepoint/ridgepoint/graph/infer"
	"github.com/ridgepoint/ridgepoint/hwprofiles"
	"github.com/ridgepoint/ridgepoint/plots/report"
	"github.com/ridgepoint/ridgepoint/plots/report/schema"
	"github.com/ridgepoint/ridgepoint/roofline"
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

// read are schemas of files that are read, and of rows, which are no documents; who reads or writes them tests them.
var read = map[string]bool{"ridgepoint/budget/v1": true, "ridgepoint/batch/v1": true}

// TestSchemas: all that is printed as JSON is as its schema says, with nothing undocumented in it, and every schema is printed by something.
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
		if !used[id] && !read[id] {
			t.Errorf("nothing prints %s", id)
		}
	}
}

// without returns a document with a member of it, or of its first result, replaced; nil takes the member out.
func without(whole map[string]any, path string, value any) map[string]any {
	broken := maps.Clone(whole)
	at := broken
	if member, ok := strings.CutPrefix(path, "results/"); ok {
		results := slices.Clone(whole["results"].([]any))
		at = maps.Clone(results[0].(map[string]any))
		results[0], broken["results"] = at, results
		path = member
	}
	delete(at, path)
	if value != nil {
		at[path] = value
	}
	return broken
}

// TestSchemasRefuse: a schema refuses a document that lacks any of its members: it is not satisfied by everything.
func TestSchemasRefuse(t *testing.T) {
	open := schemas(t, false)
	for name, doc := range documents(t) {
		whole := printed(t, doc)
		id, _ := whole["schema"].(string)
		paths := slices.Collect(maps.Keys(whole))
		for member := range whole["results"].([]any)[0].(map[string]any) {
			paths = append(paths, "results/"+member)
		}
		for _, path := range paths {
			if open[id].Validate(without(whole, path, nil)) == nil {
				t.Errorf("%s passes without %s", name, path)
			}
			if open[id].Validate(without(whole, path, map[string]any{"a": "b"})) == nil {
				t.Errorf("%s passes with an object of strings as its %s", name, path)
			}
		}
	}
}

// TestContract: the members that other programs rely on stay.
func TestContract(t *testing.T) {
	total := result(t, "estimate")["total"].(map[string]any)
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
	for name, members := range map[string][]string{
		"sweep": {"steps"}, "pick": {"choices"}, "shapes": {"tensors"}, "validate": {"slices", "cases"}, "devices": {"devices"},
		"models": {"models"}, "ops": {"operators"}, "runtimes": {"runtimes"}, "flops": {"conventions"}, "inspect": {"macs"},
	} {
		for _, member := range members {
			if _, ok := result(t, name)[member]; !ok {
				t.Errorf("%s has no %s", name, member)
			}
		}
	}
}

// result returns the first result of a document.
func result(t *testing.T, name string) map[string]any {
	t.Helper()
	return printed(t, documents(t)[name])["results"].([]any)[0].(map[string]any)
}

// TestConditions: a result says what it was asked for, what it is labelled and what the device makes of that.
func TestConditions(t *testing.T) {
	for _, c := range []struct {
		device           string
		asked            dtype.Type
		runtime          bool
		want, ran, basis string
	}{
		{"rpi-5", dtype.Undefined, false, "fp32", "fp32", schema.BasisLight},
		{"rpi-5", dtype.Undefined, true, "fp32", "fp32", schema.BasisPrior},
		{"rtx4090", dtype.Float16, false, "fp16", "fp16", schema.BasisLight},
		{"rtx4090", dtype.Int4, false, "int4", "int4", schema.BasisLight},
		{"t4", dtype.Float4E2M1, false, "fp4", "fp4", schema.BasisLight},
		{"rpi-4b", dtype.Float16, false, "fp16", "fp32", schema.BasisLight},
	} {
		opt := roofline.Options{Precision: c.asked}
		if c.runtime {
			opt.Tuner = tunerOf(t)
		}
		e, _ := estimateOn(t, c.device, opt)
		got := report.Estimate(e, report.View{}).Results[0].(*schema.Estimate).Conditions
		if got.Precision != c.want || got.PrecisionRun != c.ran || got.Basis == nil || *got.Basis != c.basis || (got.PrecisionAsked == nil) != (c.asked == dtype.Undefined) {
			t.Errorf("%+v: found %+v", c, got)
		}
	}
}

// TestSweepFails: a device on which no step has an outcome has no basis, and says what was asked for.
func TestSweepFails(t *testing.T) {
	plan, _ := inferred(t)
	devices := []*hwprofiles.Device{get(t, "t4"), get(t, "h100-sxm5")}
	opt := roofline.Options{Precision: dtype.Float8E4M3FN}
	points := must(roofline.Sweep(context.Background(), plan, infer.Bindings{}, devices, roofline.Axis{}, []int64{1, 2}, opt))(t)
	results := report.Sweep("net", roofline.Axis{}, points).Results
	if len(results) != len(devices) {
		t.Fatalf("found %d results, expected one for each device", len(results))
	}
	for i, basis := range []string{"", schema.BasisLight} {
		got := results[i].(*schema.Sweep)
		if len(got.Steps) != 2 || got.PrecisionAsked == nil || *got.PrecisionAsked != "fp8" || (got.Basis == nil) != (basis == "") {
			t.Errorf("%s: %+v", got.Device.ID, got.Conditions)
		}
	}
}
