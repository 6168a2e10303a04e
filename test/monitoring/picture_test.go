package monitoring_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/polderhq/polder/test/debian"
)

var pictures = flag.String("pictures", "", "draw the dashboards of an installation with some trouble into this folder")

// draw has Chromium draw the dashboard as it is now into a file.
func (p *prometheus) draw(ctx context.Context, b board, span time.Duration, path string) error {
	d := drawing{board: b, answers: map[int][][]series{}, end: time.Now()}
	d.begin = d.end.Add(-span)
	for _, panel := range b.all() {
		for _, target := range panel.Targets {
			ask := func() ([]series, error) { return p.over(substituted(target.Expr), span) }
			if panel.Type == "table" {
				ask = func() ([]series, error) { return p.query(substituted(target.Expr)) }
			}
			answer, err := ask()
			if err != nil {
				return fmt.Errorf("%s: %w", panel.Title, err)
			}
			d.answers[panel.ID] = append(d.answers[panel.ID], answer)
		}
	}
	text, height, err := d.html()
	if err != nil {
		return err
	}
	html := path + ".html"
	if err := os.WriteFile(html, []byte(text), 0o644); err != nil {
		return err
	}
	defer os.Remove(html)
	profile, err := os.MkdirTemp("", "polder-chromium-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(profile)
	html, err = filepath.Abs(html)
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--user-data-dir="+profile,
		fmt.Sprintf("--window-size=%d,%d", pictureWidth, height), "--screenshot="+path, "file://"+html)
	if said, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("chromium: %w\n%s", err, said)
	}
	return nil
}

// testPicture draws one dashboard of the installation that is well, and looks whether there is something on it.
func testPicture(t *testing.T, p *prometheus) {
	if _, err := exec.LookPath("chromium"); err != nil {
		t.Skip("needs Debian's package chromium to draw dashboards, which is not installed")
	}
	path := filepath.Join(t.TempDir(), "overview.png")
	b := readBoards(t)[1]
	must(t, p.draw(t.Context(), b, wellFor, path))
	file, err := os.Open(path)
	must(t, err)
	defer file.Close()
	drawn, err := png.Decode(file)
	must(t, err)
	seen := map[any]int{}
	for y := drawn.Bounds().Min.Y; y < drawn.Bounds().Max.Y; y++ {
		for x := drawn.Bounds().Min.X; x < drawn.Bounds().Max.X; x++ {
			seen[drawn.At(x, y)]++
		}
	}
	if width := drawn.Bounds().Dx(); b.name != "overview" || width != pictureWidth || len(seen) < 50 {
		t.Errorf("the picture of %s is %d wide and has %d colours", b.name, width, len(seen))
	}
}

// TestPictures draws the dashboards for the docs: an installation under load. A projection is built, accounts go to the next
// release, the projector is away for a while, somebody forgets a transaction that holds an account, and an event parks a projection of another.
func TestPictures(t *testing.T) {
	if *pictures == "" {
		t.Skip("draws the pictures of the docs; make pictures")
	}
	debian.Needs(t, "chromium", "chromium")
	p := startPrometheus(t)
	i := installHealthy(t, p)
	began := time.Now()
	at := func(second int) { time.Sleep(time.Until(began.Add(time.Duration(second) * time.Second))) }
	at(25)
	i.admin(0, "projection", "build", "Orders", "--account", i.account.Name, "--throttle", "20")
	at(60)
	i.upgrade()
	at(90)
	i.stop("projector-1")
	at(105)
	i.start("projector-1")
	at(130)
	i.forgotten("SELECT FROM store.live_cursors WHERE account_id = $1 FOR UPDATE", i.account.ID)
	i.store("southwind", "OrderPlacedEvent", `{"OrderNumber": 1}`)
	at(180)
	span := time.Since(began)
	for _, b := range readBoards(t) {
		path := filepath.Join(*pictures, b.name+".png")
		must(t, p.draw(t.Context(), b, span, path))
		must(t, shrink(path))
		if info, err := os.Stat(path); err != nil || info.Size() > 200<<10 {
			t.Errorf("%s: %v, larger than 200 KB?", path, err)
		}
	}
}

// shrink keeps the 256 most frequent colours of a picture; what text has beside them is not missed.
func shrink(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	drawn, err := png.Decode(file)
	if err != nil {
		return err
	}
	counts := map[color.Color]int{}
	for y := range drawn.Bounds().Dy() {
		for x := range drawn.Bounds().Dx() {
			counts[drawn.At(x, y)]++
		}
	}
	palette := slices.SortedFunc(maps.Keys(counts), func(a, b color.Color) int { return counts[b] - counts[a] })
	few := image.NewPaletted(drawn.Bounds(), palette[:min(256, len(palette))])
	known := map[color.Color]uint8{}
	for y := range drawn.Bounds().Dy() {
		for x := range drawn.Bounds().Dx() {
			c := drawn.At(x, y)
			if _, ok := known[c]; !ok {
				known[c] = uint8(few.Palette.Index(c))
			}
			few.SetColorIndex(x, y, known[c])
		}
	}
	out, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join((&png.Encoder{CompressionLevel: png.BestCompression}).Encode(out, few), out.Close())
}
