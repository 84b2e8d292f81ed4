#!/bin/sh
# Unpacks Debian's chromium and the libraries that the machine lacks for it into a folder, installs nothing, and prints
# the path of the program.
set -eu
to=$1
program=$to/files/usr/lib/chromium/chromium
if [ ! -x "$program" ]; then
	mkdir -p "$to/deb/partial" "$to/files"
	apt-get -qq update >&2 || true # what is known already may do
	apt-get -qq -y --no-install-recommends --download-only -o Dir::Cache::archives="$to/deb" install chromium >&2
	for deb in "$to"/deb/*.deb; do
		dpkg-deb -x "$deb" "$to/files"
	done
	rm -rf "$to/deb"
fi
# Some libraries lie in folders of their own, as those of PulseAudio do. Those of the program find theirs themselves.
libraries=$(find "$to/files/usr/lib" "$to/files/lib" -name '*.so*' ! -path "$to/files/usr/lib/chromium/*" \
	-exec dirname {} + 2>/dev/null | sort -u | tr '\n' ':')
cat >"$to/chromium" <<END
#!/bin/sh
export LD_LIBRARY_PATH="${libraries%:}"
exec "$program" "\$@"
END
chmod +x "$to/chromium"
"$to/chromium" --version >&2
echo "$to/chromium"
