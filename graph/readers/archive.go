package readers

import (
	"archive/zip"
	"slices"
	"strings"
)

// archives lists the zip archives in which frameworks keep models. They differ by the names of their entries.
var archives = Registry{
	zipped("PyTorch exported program (.pt2)",
		"is a PyTorch exported program (.pt2); export the model with torch.onnx.export first",
		"archive_format", "serialized_exported_program.json"),
	zipped("TorchScript", "is a TorchScript archive; export the original model with torch.onnx.export first",
		"constants.pkl"),
	zipped("PyTorch checkpoint", "is a PyTorch checkpoint (.pt, .pth); export the model with torch.onnx.export first",
		"data.pkl"),
	zipped("Keras", "is a Keras archive; convert the model with tf2onnx first", "model.weights.h5"),
	zippedAs("NumPy arrays", "is an archive of NumPy arrays, not a model", ".npy"),
	zippedAs("Core ML", coreML, ".mlmodel"),
	zipped("Qualcomm DLC", "is compiled for one device; give the ONNX file that it was made from", "dlc.metadata"),
	alien("zip archive", 0, zipMagic, "is a zip archive; unpack it and give the .onnx file in it"),
}

// zipMagic begins a ZIP file.
const zipMagic = "PK\x03\x04"

// zipped returns the row of a zip archive with an entry of one of the base names.
func zipped(name, advice string, entries ...string) Format {
	return holding(name, advice, func(base string) bool { return slices.Contains(entries, base) })
}

// zippedAs returns the row of a zip archive with an entry whose name has an end.
func zippedAs(name, advice, end string) Format {
	return holding(name, advice, func(base string) bool { return strings.HasSuffix(base, end) })
}

// holding returns the row of a zip archive with an entry whose base name passes a test.
func holding(name, advice string, test func(base string) bool) Format {
	isZip := startsWith(0, zipMagic)
	return Format{Name: name, Advice: advice, Sniff: func(f *File) bool {
		if !isZip(f) {
			return false
		}
		z, err := zip.NewReader(f.Reader, f.Size)
		return err == nil && slices.ContainsFunc(z.File, func(e *zip.File) bool {
			return test(e.Name[strings.LastIndex(e.Name, "/")+1:])
		})
	}}
}
