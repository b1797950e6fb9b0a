"""The folder that the Dockerfile's stage `prebuilt` copies from: a binary per architecture, and the empty folder for data.
Binaries of several builds may be merged into one folder, for an image of several architectures."""

import package

arguments = package.arguments()
folder = arguments.out / "image"
package.write(folder / arguments.platform.oci / "usertwin", arguments.binary.read_bytes(), 0o755)
(folder / "data").mkdir()
