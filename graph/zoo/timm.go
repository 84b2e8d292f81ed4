package zoo

import "fmt"

// timm adds an image classifier of timm with the figures of its tables of results: parameters in millions and
// multiply-adds in 1e9, rounded to two decimals. It counts batch normalisation and pooling as well, one for an element:
// 1.4 % of MobileNetV4 medium, 3 % of MobileViT XXS.
func timm(name, family, doc, as string, params, macs int64, gmac, top1 float64, opts []Option, build func(*builder, values)) Entry {
	return Entry{
		Name: name, Family: family, Task: "classification", Doc: doc, Params: params, MACs: macs, Published: gmac, License: "Apache-2.0",
		Source:   fmt.Sprintf("timm %s (results and benchmark tables: %.2f M parameters, %g GMAC with normalisations and pools)", as, float64(params)/1e6, gmac),
		Accuracy: Accuracy{"ImageNet top-1", top1, "%", "timm results table, " + as}, Options: opts, build: build,
	}
}
