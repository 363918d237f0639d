#!/bin/sh
# vscodeExecutablePath of @vscode/test-electron: the drop-in editor, on the pinned Node.
here=$(dirname -- "$0")
exec "$here/../../node_modules/node/bin/node" "$here/code-web.mts" "$@"
