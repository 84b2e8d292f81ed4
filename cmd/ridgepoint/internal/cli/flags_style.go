package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/ridgepoint/ridgepoint"
	"github.com/ridgepoint/ridgepoint/plots/report"
)

// styleFlags say how a picture is set.
type styleFlags struct{ ridgepoint.PictureStyle }

func (f *styleFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.Float64Var(&f.Width, "width", 0, "of the picture in `INCHES`: 3.4 is a column of a paper (default: 16.7, or in proportion to --height)")
	flags.Float64Var(&f.Height, "height", 0, "of the picture in `INCHES` (default: in proportion to the width)")
	flags.IntVar(&f.DPI, "dpi", 0, "`DOTS` an inch of a .png (default: 96)")
	flags.Float64Var(&f.FontSize, "font-size", 0, "of the labels of axes in `POINTS` (default: 12)")
	flags.StringVar(&f.Title, "title", "", "`TEXT` in place of the picture's own title")
	flags.StringVar(&f.Theme, "theme", ridgepoint.Themes()[0], "colours, `NAME`: "+strings.Join(ridgepoint.Themes(), "|"))
	flags.IntVar(&f.Labels, "labels", 0, "name the `N` heaviest kernels (default: 5)")
	flags.BoolVar(&f.NoLegend, "no-legend", false, "leave the legend out")
}

// style returns the style; its errors are usage errors.
func (f *styleFlags) style() (ridgepoint.PictureStyle, error) {
	s := f.PictureStyle
	s.Made = report.VersionText()
	if err := s.Check(); err != nil {
		return s, usage(err)
	}
	return s, nil
}
