package usertwintest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// findBinary returns the usertwin program: USERTWIN_BIN, then the PATH. The error names where it looked.
func findBinary() (string, error) {
	name := "usertwin"
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	if path := os.Getenv("USERTWIN_BIN"); path != "" {
		info, err := os.Stat(path)
		if err != nil || info.IsDir() {
			return "", fmt.Errorf("usertwin: USERTWIN_BIN names %s, which is no file", path)
		}
		return filepath.Abs(path)
	}
	if path, err := exec.LookPath(name); err == nil {
		return filepath.Abs(path)
	}
	folders := strings.Join(filepath.SplitList(os.Getenv("PATH")), ", ")
	return "", fmt.Errorf("usertwin: no binary found; USERTWIN_BIN is not set, and there is no %s in the folders of PATH (%s). "+
		"Set USERTWIN_BIN to the path of the program, or USERTWIN_URL to the address of a running server", name, folders)
}
