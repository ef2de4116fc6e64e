#!/bin/sh
# A flipped bit in any kind of file is found and named; a lost checkpoint is rebuilt.
exec "$(dirname "$0")/../fault/damage.sh" --flips 2
