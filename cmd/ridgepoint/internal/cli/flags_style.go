package cli

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ridgepoint/ridgepoint"
	"github.com/ridgepoint/ridgepoint/plots/report"
)

// styleFlags say how a picture is set.
type styleFlags struct {
	ridgepoint.PictureStyle
	labels *int // nil: as many as are read
}

// add adds the flags on how a picture looks: size, type, title, theme and labels.
func (f *styleFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.Var((*inches)(&f.Width), "width", "of the picture in `INCHES`, or with a unit as in 86mm: 3.4 is a column of a paper (default: 16.7, or in proportion to --height)")
	flags.Var((*inches)(&f.Height), "height", "of the picture in `INCHES`, or with a unit (default: in proportion to the width, or what a narrow picture needs)")
	flags.IntVar(&f.DPI, "dpi", 0, "`DOTS` an inch of a .png (default: 96)")
	flags.Float64Var(&f.FontSize, "font-size", 0, "of the labels of axes in `POINTS` (default: 12, down to 7 on a narrow picture)")
	flags.StringVar(&f.Title, "title", "", "`TEXT` in place of the picture's own title")
	flags.StringVar(&f.Theme, "theme", ridgepoint.Themes()[0], "colours, `NAME`: "+strings.Join(ridgepoint.Themes(), "|"))
	flags.Var((*count)(f), "labels", "name the `N` heaviest kernels, or the first models (default: as many as are read)")
	flags.BoolVar(&f.NoLegend, "no-legend", false, "leave the legend out")
}

// style returns the style; its errors are usage errors.
func (f *styleFlags) style() (ridgepoint.PictureStyle, error) {
	s := f.PictureStyle
	s.Made = report.MadeText()
	if f.labels != nil {
		s.Labels = *f.labels
		if s.Labels == 0 {
			s.Labels = -1
		}
	}
	if err := s.Check(); err != nil {
		return s, usage(err)
	}
	return s, nil
}

// count is the number of labels.
type count styleFlags

// Set takes a number of labels, none included.
func (c *count) Set(text string) error {
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return fmt.Errorf("found %q, expected a number of labels, such as 5", text)
	}
	c.labels = &n
	return nil
}

// String returns the number of labels, or nothing where none was given.
func (c *count) String() string {
	if c.labels == nil {
		return ""
	}
	return strconv.Itoa(*c.labels)
}

// Type names the value in the help of a flag without a name of its own.
func (*count) Type() string { return "N" }

// inches is a length in inches.
type inches float64

// perInch lists units of length.
var perInch = []struct {
	unit string
	in   float64 // an inch
}{{"inches", 1}, {"inch", 1}, {"in", 1}, {"\"", 1}, {"cm", 2.54}, {"mm", 25.4}, {"pt", 72}}

// Set takes a length: 3.4, 3.4in, 3.4 inches, 8.6cm, 86mm or 245pt.
func (l *inches) Set(text string) error {
	number, in := strings.TrimSpace(text), 1.0
	for _, u := range perInch {
		if n, ok := strings.CutSuffix(number, u.unit); ok {
			number, in = strings.TrimSpace(n), u.in
			break
		}
	}
	v, err := strconv.ParseFloat(number, 64)
	if err != nil || !(v > 0) {
		return fmt.Errorf("found %q, expected a length such as 3.4 (inches) or 86mm", text)
	}
	*l = inches(v / in)
	return nil
}

// String returns a length in inches, or nothing where none was given.
func (l *inches) String() string {
	if *l == 0 {
		return ""
	}
	return strconv.FormatFloat(float64(*l), 'g', 4, 64)
}

// Type names the value in the help of a flag without a name of its own.
func (*inches) Type() string { return "INCHES" }

// A picture is what --plot and the flags of style ask for. The suffix is checked with the flags, before any work.
type picture struct {
	path  string // "" for none
	style styleFlags
}

// add adds --plot with its help, and the flags of style.
func (p *picture) add(cmd *cobra.Command, help string) {
	cmd.Flags().Var(p, "plot", help)
	p.style.add(cmd)
}

// Set takes the path of a picture; its error names the suffixes that there are.
func (p *picture) Set(path string) error {
	p.path = path
	if path == "" {
		return nil
	}
	_, err := ridgepoint.PictureFormat(path)
	return err
}

// String returns the path of the picture.
func (p *picture) String() string { return p.path }

// Type names the value in the help of a flag without a name of its own.
func (p *picture) Type() string { return "FILE" }

// draw saves the picture of --plot and says so.
func (a *app) draw(f *ridgepoint.Figure, p *picture) (err error) {
	if f.Style, err = p.style.style(); err != nil {
		return err
	}
	if err := a.spares(p.path); err != nil {
		return err
	}
	if err := f.Save(p.path); err != nil {
		return err
	}
	a.say("wrote %s", p.path)
	return nil
}
