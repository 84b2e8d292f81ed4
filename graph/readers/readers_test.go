package readers_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/ridgepoint/ridgepoint/graph"
	"github.com/ridgepoint/ridgepoint/graph/onnxread"
	"github.com/ridgepoint/ridgepoint/graph/readers"
	"github.com/ridgepoint/ridgepoint/graph/zoo"
)

func mobilenet(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := zoo.Write(&b, "zoo:mobilenetv2"); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func pack(t *testing.T, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func archive(t *testing.T, entries ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range entries {
		if _, err := z.Create(name); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func read(data []byte) (*graph.Model, error) {
	return readers.Default().ReadStream("test.onnx", bytes.NewReader(data))
}

// TestSameModel reads one model by its spec, from a file, compressed and from standard input.
func TestSameModel(t *testing.T) {
	plain := mobilenet(t)
	path := filepath.Join(t.TempDir(), "m.onnx")
	for file, data := range map[string][]byte{path: plain, path + ".gz": pack(t, plain)} {
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := readers.Open("zoo:mobilenetv2")
	if err != nil {
		t.Fatal(err)
	}
	for _, spec := range []string{path, path + ".gz", readers.Stdin} {
		got, err := readers.Default().Open(spec, bytes.NewReader(pack(t, plain)))
		if err == nil {
			got.Name = want.Name
		}
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s reads differently: %v", filepath.Base(spec), err)
		}
		f, done, err := readers.Default().ONNX(spec, bytes.NewReader(plain))
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(io.NewSectionReader(f.Reader, 0, f.Size))
		if done(); err != nil || !bytes.Equal(data, plain) {
			t.Errorf("%s: the plain content differs: %v", filepath.Base(spec), err)
		}
	}
}

// TestRejected refuses every kind of wrong file with a FormatError that says what it is.
func TestRejected(t *testing.T) {
	plain := mobilenet(t)
	for _, c := range []struct {
		name string
		data []byte
		want string
	}{
		{"empty", nil, "is empty"},
		{"empty gzip", pack(t, nil), "holds nothing"},
		{"compressed twice", pack(t, pack(t, plain)), "twice"},
		{"half of a gzip", pack(t, plain)[:40], "does not unpack"},
		{"bytes like gzip", []byte("\x1f\x8b\x08"), "looks like gzip"},
		{"web page", []byte("<!DOCTYPE html>"), "web page"},
		{"checkpoint", archive(t, "m/data.pkl", "m/byteorder"), "PyTorch checkpoint"},
		{"TorchScript", archive(t, "m/data.pkl", "m/code/m.py", "m/constants.pkl"), "TorchScript"},
		{"exported program", archive(t, "m/archive_format", "m/models/model.json"), ".pt2"},
		{"exported program of torch 2.1", archive(t, "serialized_exported_program.json", "version"), ".pt2"},
		{"Keras", archive(t, "config.json", "model.weights.h5"), "Keras"},
		{"zip", archive(t, "readme.txt"), "zip archive"},
		{"broken zip", []byte("PK\x03\x04 archive/data.pkl"), "zip archive"},
		{"GGUF", []byte("GGUF\x03\x00\x00\x00"), "GGUF"},
		{"XML", []byte(`<?xml version="1.0"?><svg name="m">`), "XML"},
		{"LFS pointer", []byte("version https://git-lfs.github.com/spec/v1\n"), "git lfs pull"},
		{"safetensors", append(binary.LittleEndian.AppendUint64(nil, 90), `{"w":{}}`...), "safetensors"},
	} {
		m, err := read(c.data)
		var format *onnxread.FormatError
		if !errors.As(err, &format) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: read as %v with error %v, want a FormatError that says %q", c.name, m, err, c.want)
		}
	}
	if _, err := readers.Open(t.TempDir()); err == nil || !strings.Contains(err.Error(), "directory") {
		t.Errorf("a directory: %v", err)
	}
	if _, err := readers.Open(filepath.Join(t.TempDir(), "none.onnx")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
	if _, err := readers.Open(readers.Stdin); err == nil || !strings.Contains(err.Error(), "not connected") {
		t.Errorf("no standard input: %v", err)
	}
}

// TestParsed reads each format beside ONNX, plain and compressed, by its content alone.
func TestParsed(t *testing.T) {
	for name, data := range map[string]string{
		"ncnn": "7767517\n2 2\nInput i 0 1 in 0=6 1=6 2=8\nReLU r 1 1 in out\n",
		"OpenVINO": `<?xml version="1.0"?><net name="n"><layers><layer id="0" name="x" type="Parameter"><output>` +
			`<port id="0" precision="FP32"><dim>1</dim></port></output></layer></layers></net>`,
	} {
		for _, d := range [][]byte{[]byte(data), pack(t, []byte(data))} {
			m, err := read(d)
			if err != nil || m.Producer != name || len(m.Main.Inputs) != 1 {
				t.Errorf("%s: read as %v with error %v", name, m, err)
			}
		}
	}
}

// TestToyReader adds a format by one row: plain and compressed files of it read, and ONNX files still do.
func TestToyReader(t *testing.T) {
	toy := readers.Format{
		Name:  "toy",
		Sniff: func(f *readers.File) bool { return bytes.HasPrefix(f.Head, []byte("TOY ")) },
		Read: func(f *readers.File) (*graph.Model, error) {
			data, err := io.ReadAll(io.NewSectionReader(f.Reader, 4, f.Size-4))
			return &graph.Model{Name: string(data)}, err
		},
		Unknown: "everything but the name",
	}
	all := slices.Insert(readers.Default(), 0, toy)
	for _, data := range [][]byte{[]byte("TOY net"), pack(t, []byte("TOY net"))} {
		m, err := all.ReadStream("a.toy", bytes.NewReader(data))
		if err != nil || m.Name != "net" {
			t.Errorf("read %v with error %v, want the toy model net", m, err)
		}
	}
	if _, err := all.ReadStream("m.onnx", bytes.NewReader(mobilenet(t))); err != nil {
		t.Errorf("an ONNX file beside the toy format: %v", err)
	}
	if _, _, err := all.ONNX(readers.Stdin,
		strings.NewReader("TOY net")); err == nil || !strings.Contains(err.Error(), "toy") {
		t.Errorf("the ONNX content of a toy file: %v", err)
	}
}

// TestRows demands that each row says how it is found, what is done with it and what it cannot tell.
func TestRows(t *testing.T) {
	for _, f := range readers.Default() {
		if f.Name == "" || (f.Prefix == "") == (f.Sniff == nil) {
			t.Errorf("%q: a row has a name, and either a prefix or a way to sniff", f.Name)
		}
		does := 0
		for _, has := range []bool{f.Read != nil, f.Unpack != nil, f.Advice != ""} {
			if has {
				does++
			}
		}
		if does != 1 {
			t.Errorf("%s: found %d of Read, Unpack and Advice, expected one", f.Name, does)
		}
		if f.Read != nil && f.Unknown == "" {
			t.Errorf("%s: says nothing of what its graphs cannot tell", f.Name)
		}
	}
}

func TestName(t *testing.T) {
	for spec, want := range map[string]string{
		"zoo:yolo11n?size=320": "yolo11n?size=320", "-": "-", "a/b/model.onnx": "model", "model.onnx.gz": "model", "x": "x",
		"b/net.tflite": "net", "a/net.xml": "net", "net.ncnn.param": "net.ncnn",
	} {
		if got := readers.Default().Name(spec); got != want {
			t.Errorf("Name(%q) = %q, want %q", spec, got, want)
		}
	}
}
