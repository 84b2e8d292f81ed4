package plots

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"io"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/vgimg"
)

// A pngCanvas is written as a PNG. It begins white and stays opaque.
type pngCanvas struct {
	*vgimg.Canvas
	color color.Color // to draw with; nil where it is not known
	drawn bool        // something is on it
}

// newPNG returns a canvas of a size in points.
func newPNG(w, h float64, dpi int) *pngCanvas {
	return &pngCanvas{Canvas: vgimg.NewWith(vgimg.UseWH(vg.Length(w), vg.Length(h)), vgimg.UseDPI(dpi))}
}

// SetColor implements vg.Canvas.
func (c *pngCanvas) SetColor(to color.Color) {
	c.color = to
	c.Canvas.SetColor(to)
}

// Pop implements vg.Canvas.
func (c *pngCanvas) Pop() {
	c.color = nil
	c.Canvas.Pop()
}

// Fill implements vg.Canvas. White on an empty canvas, as backgrounds are, changes nothing and costs a tenth of a plot.
func (c *pngCanvas) Fill(p vg.Path) {
	if !c.drawn && c.color != nil && color.NRGBAModel.Convert(c.color) == (color.NRGBA{255, 255, 255, 255}) {
		return
	}
	c.drawn = true
	c.Canvas.Fill(p)
}

// Stroke implements vg.Canvas.
func (c *pngCanvas) Stroke(p vg.Path) {
	c.drawn = true
	c.Canvas.Stroke(p)
}

// FillString implements vg.Canvas.
func (c *pngCanvas) FillString(f font.Face, at vg.Point, text string) {
	c.drawn = true
	c.Canvas.FillString(f, at, text)
}

// DrawImage implements vg.Canvas.
func (c *pngCanvas) DrawImage(in vg.Rectangle, m image.Image) {
	c.drawn = true
	c.Canvas.DrawImage(in, m)
}

// WriteTo implements io.WriterTo.
func (c *pngCanvas) WriteTo(w io.Writer) (int64, error) {
	var b bytes.Buffer
	if err := encodePNG(&b, c.Image().(*image.RGBA)); err != nil {
		return 0, err
	}
	return b.WriteTo(w)
}

// headerSize gives the length of a PNG's signature and its first chunk, which chunks of text may follow.
const headerSize = 8 + 25

// encodePNG writes an opaque image, three bytes a pixel, with no filter: rows of a plot are alike and pack better so
// than as image/png has them, which takes most of its time to choose a filter for each row.
func encodePNG(b *bytes.Buffer, m *image.RGBA) error {
	width, height := m.Rect.Dx(), m.Rect.Dy()
	b.WriteString("\x89PNG\r\n\x1a\n")
	header := binary.BigEndian.AppendUint32(nil, uint32(width))
	header = binary.BigEndian.AppendUint32(header, uint32(height))
	chunk(b, "IHDR", append(header, 8, 2, 0, 0, 0)) // bits a channel, red green blue, and the only methods that there are
	var packed bytes.Buffer
	z, err := zlib.NewWriterLevel(&packed, zlib.BestSpeed)
	if err != nil {
		return err
	}
	row := make([]byte, 1+3*width) // the first byte names the filter: none
	for y := range height {
		for x, at := 0, m.PixOffset(m.Rect.Min.X, m.Rect.Min.Y+y); x < width; x, at = x+1, at+4 {
			copy(row[1+3*x:4+3*x], m.Pix[at:])
		}
		if _, err := z.Write(row); err != nil {
			return err
		}
	}
	if err := z.Close(); err != nil {
		return err
	}
	chunk(b, "IDAT", packed.Bytes())
	chunk(b, "IEND", nil)
	return nil
}

// chunk writes a chunk of a PNG.
func chunk(b *bytes.Buffer, kind string, body []byte) {
	b.Write(binary.BigEndian.AppendUint32(nil, uint32(len(body))))
	start := b.Len()
	b.WriteString(kind)
	b.Write(body)
	b.Write(binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE(b.Bytes()[start:])))
}

// describedPNG adds text chunks of title and description behind the header. Data too short for a
// header is returned as it is.
func describedPNG(data []byte, texts [][2]string) []byte {
	if len(data) < headerSize {
		return data
	}
	var out bytes.Buffer
	out.Write(data[:headerSize])
	for _, t := range texts {
		if t[1] != "" {
			chunk(&out, "iTXt", []byte(t[0]+"\x00\x00\x00\x00\x00"+t[1]))
		}
	}
	out.Write(data[headerSize:])
	return out.Bytes()
}
