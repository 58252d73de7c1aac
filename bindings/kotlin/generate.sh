#!/bin/sh
# generate.sh BINDGEN LIBRARY OUT [android]: Kotlin sources of a compiled ehr-ffi library.
#
# The generator's output is changed in seven places, each of which must be there or this script fails:
# 1. a callback that throws an Error (out of memory, stack overflow, assertion) must not pass for one that succeeded;
# 2. what a callback throws crosses as the exception's class only: messages and stack traces may hold patients' data;
# 3. a destroyed object throws EhrException.Closed, not IllegalStateException;
# 4. an argument that cannot be read is EhrException.InvalidArgument, and what the library did not foresee EhrException.Internal;
# 5. an error that a callback throws is of ehr-core, whose buffers are a class of their own with the same fields;
# 6. text that is no Unicode (half of a surrogate pair) is EhrException.InvalidArgument too;
# 7. a destroyed object given as an argument throws EhrException.Closed; its freed handle must not reach the library.
set -eu
bindgen=$1; library=$2; out=$3; variant=${4:-jvm}
here=$(cd "$(dirname "$0")" && pwd)

mkdir -p "$out"
config=$here/uniffi.toml
if [ "$variant" = android ]; then
    config=$out/uniffi.toml
    sed 's/^\[defaults\.bindings\.kotlin\]$/&\nandroid = true/' "$here/uniffi.toml" >"$config"
fi
"$bindgen" generate "$library" --language kotlin --config "$config" --out-dir "$out" --no-format

# change FILE PATTERN REPLACEMENT: replaces fixed text everywhere, and fails when it is nowhere.
change() {
    grep -qF "$2" "$1" || { echo "generate: nothing to change in $1: $2" >&2; exit 1; }
    sed -i.before "s/$(printf %s "$2" | sed 's/[][\.*^$/]/\\&/g')/$3/g" "$1"
    rm -f "$1.before"
}
for file in $(find "$out" -name '*.kt'); do
    change "$file" 'catch(e: kotlin.Exception)' 'catch(e: Throwable)'
    change "$file" 'e.stackTraceToString()' 'e.javaClass.name'
    change "$file" 'throw InternalException(FfiConverterString.lift(status.error_buf))' 'throw org.ehrledger.unforeseen(FfiConverterString.lift(status.error_buf))'
    change "$file" 'encode(CharBuffer.wrap(value))' 'try { & } catch (_: java.nio.charset.CharacterCodingException) { throw org.ehrledger.notText() }'
    case $file in */ehr_ffi.kt)
        change "$file" 'throw IllegalStateException("${this.javaClass.simpleName} object has already been destroyed")' 'throw EhrException.Closed()'
        change "$file" 'return value.uniffiCloneHandle()' 'return value.callWithHandle { it }'
        change "$file" 'FfiConverterTypeEhrError.lower(e)' '&.let { RustBuffer.create(it.capacity.toULong(), it.len.toULong(), it.data) }' ;;
    esac
done
