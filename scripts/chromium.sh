#!/bin/sh
# Unpacks Debian's chromium and the libraries that the machine lacks for it into a folder, installs nothing, and prints
# the path of the program.
set -eu
to=$1
if [ ! -x "$to/chromium" ]; then
	mkdir -p "$to/deb/partial" "$to/files"
	apt-get -qq update >&2 || true # what is known already may do
	apt-get -qq -y --no-install-recommends --download-only -o Dir::Cache::archives="$to/deb" install chromium >&2
	for deb in "$to"/deb/*.deb; do
		dpkg-deb -x "$deb" "$to/files"
	done
	rm -rf "$to/deb"
	cat >"$to/chromium" <<END
#!/bin/sh
export LD_LIBRARY_PATH="$(echo "$to"/files/usr/lib/*-linux-gnu | tr ' ' ':')"
exec "$to/files/usr/lib/chromium/chromium" "\$@"
END
	chmod +x "$to/chromium"
fi
"$to/chromium" --version >&2
echo "$to/chromium"
