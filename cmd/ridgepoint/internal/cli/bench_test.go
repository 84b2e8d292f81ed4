package cli

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/ridgepoint/ridgepoint/graph/zoo"
)

// BenchmarkColdEstimate runs the built program on files of 100 MB (ResNet-50 with its weights) and 2.5 GB (the same
// and a weight of 2.4 GB that no node reads), a process each time. It reports peak memory beside wall time.
func BenchmarkColdEstimate(b *testing.B) {
	bin := filepath.Join(b.TempDir(), "ridgepoint")
	build := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", bin, "github.com/ridgepoint/ridgepoint/cmd/ridgepoint")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		b.Fatalf("%v: %s", err, out)
	}
	for _, size := range []struct {
		name   string
		factor int64
	}{{"100MB", 1}, {"2.5GB", 25}} {
		b.Run(size.name, func(b *testing.B) {
			path := filepath.Join(b.TempDir(), "resnet50.onnx")
			fill(b, path, size.factor)
			peak := 0.0
			for b.Loop() {
				cmd := exec.Command(bin, "estimate", path, "--device", "t4")
				if out, err := cmd.CombinedOutput(); err != nil {
					b.Fatalf("%v: %s", err, out)
				}
				if u, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
					peak = max(peak, float64(u.Maxrss)/1024)
				}
			}
			b.ReportMetric(peak, "peak-MiB")
		})
	}
}

// fill writes ResNet-50 with payloads: zeros, as holes of a sparse file, factor times the bytes of its weights.
func fill(b *testing.B, path string, factor int64) {
	b.Helper()
	var model bytes.Buffer
	if err := zoo.Write(&model, "zoo:resnet50"); err != nil {
		b.Fatal(err)
	}
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	graph, rest := splitField(model.Bytes(), 7)
	var parts []part
	for data := graph; len(data) > 0; {
		num, typ, n := protowire.ConsumeTag(data)
		m := protowire.ConsumeFieldValue(num, typ, data[n:])
		if num == 5 {
			parts = append(parts, payload(data[n:n+m]))
		} else {
			parts = append(parts, part{bytes: data[:n+m]})
		}
		data = data[n+m:]
	}
	if factor > 1 { // one more weight that no node reads holds the rest
		spare := protowire.AppendVarint(protowire.AppendTag(nil, 1, protowire.VarintType), uint64(25_600_000*(factor-1)))
		spare = protowire.AppendVarint(protowire.AppendTag(spare, 2, protowire.VarintType), 1)
		spare = protowire.AppendString(protowire.AppendTag(spare, 8, protowire.BytesType), "spare.weight")
		parts = append(parts, tensor(spare, 4*25_600_000*(factor-1)))
	}
	size := int64(0)
	for _, p := range parts {
		size += int64(len(p.bytes)) + p.hole
	}
	head := protowire.AppendVarint(protowire.AppendTag(rest, 7, protowire.BytesType), uint64(size))
	at := int64(0)
	for _, p := range append([]part{{bytes: head}}, parts...) {
		if _, err := f.WriteAt(p.bytes, at); err != nil {
			b.Fatal(err)
		}
		at += int64(len(p.bytes)) + p.hole
	}
	if err := f.Truncate(at); err != nil {
		b.Fatal(err)
	}
}

// part is bytes followed by a hole.
type part struct {
	bytes []byte
	hole  int64
}

// splitField takes one message field out of a message.
func splitField(msg []byte, want protowire.Number) (body, rest []byte) {
	for len(msg) > 0 {
		num, typ, n := protowire.ConsumeTag(msg)
		m := protowire.ConsumeFieldValue(num, typ, msg[n:])
		if num == want {
			body, _ = protowire.ConsumeBytes(msg[n:])
		} else {
			rest = append(rest, msg[:n+m]...)
		}
		msg = msg[n+m:]
	}
	return body, rest
}

// payload turns a tensor whose data is elsewhere into one that holds it.
func payload(field []byte) part {
	msg, _ := protowire.ConsumeBytes(field)
	elems, kept := int64(1), []byte(nil)
	for len(msg) > 0 {
		num, typ, n := protowire.ConsumeTag(msg)
		m := protowire.ConsumeFieldValue(num, typ, msg[n:])
		if num == 1 {
			d, _ := protowire.ConsumeVarint(msg[n:])
			elems *= int64(d)
		}
		if num != 13 && num != 14 {
			kept = append(kept, msg[:n+m]...)
		}
		msg = msg[n+m:]
	}
	return tensor(kept, 4*elems)
}

// tensor is an initializer field of a graph whose raw_data is a hole.
func tensor(msg []byte, raw int64) part {
	msg = protowire.AppendVarint(protowire.AppendTag(msg, 9, protowire.BytesType), uint64(raw))
	head := protowire.AppendVarint(protowire.AppendTag(nil, 5, protowire.BytesType), uint64(int64(len(msg))+raw))
	return part{append(head, msg...), raw}
}
