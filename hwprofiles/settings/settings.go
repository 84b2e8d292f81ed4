// Package settings reads configuration files of a user or a project: what holds where the command line says nothing.
//
// A file has data alone. It names no program, library, model or output: whoever works in a folder that others wrote
// loads nothing of theirs but names of devices, runtimes and precisions, and profiles of devices.
package settings

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/ridgepoint/ridgepoint/internal/strictyaml"
)

// FileName gives the name of a configuration file.
const FileName = "ridgepoint.yaml"

// A File is what one configuration file says. Empty members say nothing.
type File struct {
	Path       string   // "" for no file
	Device     string   // as --device names it
	Runtime    string   // holds on Device
	Precision  string   // holds on Device
	DeviceDirs []string // folders of device profiles, those of a file relative to its own folder
}

var fields = []strictyaml.Field[File]{
	{Key: "device", Read: func(v strictyaml.Value, f *File) { f.Device, _ = v.Text("rpi-5") }},
	{Key: "runtime", Read: func(v strictyaml.Value, f *File) { f.Runtime, _ = v.Text("ncnn") }},
	{Key: "precision", Read: func(v strictyaml.Value, f *File) { f.Precision, _ = v.Text("fp16") }},
	{Key: "device_dirs", Read: func(v strictyaml.Value, f *File) { f.DeviceDirs = v.Texts("[boards]") }},
}

// Keys returns the keys that a file may have.
func Keys() []string {
	keys := make([]string, len(fields))
	for i := range fields {
		keys[i] = fields[i].Key
	}
	return keys
}

// Decode reads a configuration file; path names it in messages.
func Decode(path string, data []byte) (*File, error) {
	root, err := strictyaml.Open(path, data)
	if err != nil {
		return nil, err
	}
	f := &File{Path: path}
	strictyaml.Fields(root, fields, f)
	for i, dir := range f.DeviceDirs {
		if !filepath.IsAbs(dir) {
			f.DeviceDirs[i] = filepath.Join(filepath.Dir(path), dir)
		}
	}
	return f, root.Finish()
}

// Read reads the configuration file of a folder. A folder without one, and "", give an empty File.
func Read(dir string) (*File, error) {
	if dir == "" {
		return new(File), nil
	}
	path := filepath.Join(dir, FileName)
	st, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return new(File), nil
	case err != nil:
		return nil, err
	case !st.Mode().IsRegular():
		return nil, fmt.Errorf("%s: found no regular file, expected a configuration file", path)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, strictyaml.MaxSize+1))
	if err != nil {
		return nil, err
	}
	return Decode(path, data)
}

// A Setting is one value that holds, and the file that it is from.
type Setting struct {
	Key, Value, From string
}

// Settings returns the settings of files, the first of which wins. A runtime and a precision hold on the device of
// their own file: those of a file behind are left out where one before it names another device.
func Settings(files ...*File) []Setting {
	var out []Setting
	held := map[string]bool{}
	take := func(f *File, key, value string) {
		if value != "" && !held[key] {
			held[key] = true
			out = append(out, Setting{key, value, f.Path})
		}
	}
	device := ""
	for _, f := range files {
		elsewhere := device != "" && f.Device != "" && f.Device != device
		take(f, "device", f.Device)
		if device == "" {
			device = f.Device
		}
		if !elsewhere {
			take(f, "runtime", f.Runtime)
			take(f, "precision", f.Precision)
		}
		for _, dir := range f.DeviceDirs {
			out = append(out, Setting{"device_dirs", dir, f.Path})
		}
	}
	return out
}
