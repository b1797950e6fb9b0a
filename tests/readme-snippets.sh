#!/usr/bin/env bash
# Runs the tests that README.md and docs/*.md show, as they are printed, each against a server of its own.
#
#     tests/readme-snippets.sh [BINARY]      the default is target/debug/usertwin
#
# A snippet is a fenced block of its language that holds a test: def test_, a test runner of Node, @Test, [Fact],
# #[tokio::test]. Besides passing, it may cause no advice and leave no world behind. Those that use a kit find the one of
# this repository; pages of kits have tests of their own. C# needs dotnet and is left out, loudly, without it.
# PYTHON names an interpreter with pytest and requests; LANGUAGES chooses among "python node java csharp rust".
set -euo pipefail
cd "$(dirname "$0")/.."

binary="$(realpath "${1:-target/debug/usertwin}")"
languages="${LANGUAGES:-python node java csharp rust}"
python="${PYTHON:-}"
if [ -z "$python" ]; then
  python=python3
  if [ -x .venv/bin/python ]; then python="$PWD/.venv/bin/python"; fi
fi
repository="$PWD"
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT

# extract FENCE MARKS FOLDER EXTENSION: writes each snippet that holds one of the marks (a|b) into a file, prints their
# names. None at all of a mark is an error.
extract() {
  "$python" - "$@" <<'PYTHON'
import glob, os, re, sys
fence, marks, folder, extension = sys.argv[1:]
found, missing = [], set(marks.split("|"))
for page in ["README.md", *sorted(glob.glob("docs/*.md"))]:
    text = open(page, encoding="utf-8").read()
    for block in re.findall(rf"^```{fence}[^\n]*\n(.*?)^```", text, re.S | re.M):
        held = [mark for mark in marks.split("|") if mark in block]
        missing.difference_update(held)
        if held:
            named = re.search(r"^(?:public )?class (\w+)", block, re.M)
            name = named[1] if named else f"test_snippet_{len(found) + 1}"
            file = os.path.join(folder, name + extension)
            open(file, "w", encoding="utf-8").write(block)
            found.append(file)
if missing:
    sys.exit(f"no {fence} snippet holds {', '.join(missing)}: README.md and docs/*.md were looked through")
print("\n".join(found))
PYTHON
}

# README's list of dependencies for Rust.
dependencies() {
  "$python" - <<'PYTHON'
import re
for block in re.findall(r"^```toml\n(.*?)^```", open("README.md", encoding="utf-8").read(), re.S | re.M):
    if "[dev-dependencies]" in block:
        print(block.split("[dev-dependencies]\n")[1], end="")
PYTHON
}

# passes COMMAND...: the command passes with a server, leaves no world behind and causes no advice.
passes() {
  local worlds='case "$(curl -s "$USERTWIN_URL/_usertwin/worlds" | sed "s/\"name\":\"main\"//")" in *\"name\":*) echo "a world is left behind" >&2; exit 1;; esac'
  if ! timeout 300 "$binary" exec -- bash -c '"$@" && '"$worlds" bash "$@" >"$folder/out" 2>&1; then
    cat "$folder/out"
    return 1
  fi
  if ! grep -q 'advice given 0 times' "$folder/out"; then
    cat "$folder/out"
    echo "the snippet causes advice"
    return 1
  fi
}

for language in $languages; do
  place="$folder/$language"
  mkdir -p "$place"
  case "$language" in
    python)
      # Some take the kit's fixture, some do without the kit.
      files="$(extract python 'def test_|(usertwin):' "$place" .py)"
      for file in $files; do
        PYTHONPATH="$repository/kits/python/src" PYTHONDONTWRITEBYTECODE=1 PYTEST_DISABLE_PLUGIN_AUTOLOAD=1 \
          passes "$python" -m pytest -q -p no:cacheprovider -p usertwin.pytest_plugin "$file"
      done
      ;;
    node)
      mkdir "$place/node_modules"
      ln -s "$repository/kits/node" "$place/node_modules/usertwin"
      files="$(extract js 'usertwin/node-test|node:test' "$place" .mjs)"
      for file in $files; do passes node --test "$file"; done
      ;;
    java)
      mkdir -p "$place/src/test/java"
      extract java '@Test' "$place/src/test/java" .java >/dev/null
      cat >"$place/pom.xml" <<'END'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>snippets</groupId><artifactId>snippets</artifactId><version>0</version>
  <properties>
    <maven.compiler.source>17</maven.compiler.source><maven.compiler.target>17</maven.compiler.target>
    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
  </properties>
  <dependencies>
    <dependency>
      <groupId>org.junit.jupiter</groupId><artifactId>junit-jupiter</artifactId><version>5.10.2</version><scope>test</scope>
    </dependency>
  </dependencies>
  <build><plugins>
    <plugin><groupId>org.apache.maven.plugins</groupId><artifactId>maven-surefire-plugin</artifactId><version>3.2.5</version></plugin>
  </plugins></build>
</project>
END
      passes mvn -q -B -f "$place/pom.xml" test
      ;;
    csharp)
      files="$(extract csharp '[Fact]' "$place" .cs)"
      if ! command -v dotnet >/dev/null; then
        echo "!! C# IS NOT CHECKED: there is no dotnet on this machine; its snippets were only found: $(wc -w <<<"$files")" >&2
        continue
      fi
      version="$(dotnet --version)"
      cat >"$place/snippets.csproj" <<END
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <TargetFramework>net${version%%.*}.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings><Nullable>enable</Nullable>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Microsoft.NET.Test.Sdk" Version="17.11.1" />
    <PackageReference Include="xunit" Version="2.9.2" />
    <PackageReference Include="xunit.runner.visualstudio" Version="2.8.2" />
  </ItemGroup>
</Project>
END
      passes dotnet test "$place/snippets.csproj"
      ;;
    rust)
      mkdir -p "$place/src"
      files="$(extract rust '#[tokio::test]' "$place/src" .rs)"
      : >"$place/src/lib.rs"
      for file in $files; do echo "#[cfg(test)] mod $(basename "$file" .rs);" >>"$place/src/lib.rs"; done
      {
        printf '[package]\nname = "snippets"\nversion = "0.0.0"\nedition = "2024"\n[workspace]\n[dev-dependencies]\n'
        dependencies | sed "s|path = \"[^\"]*\"|path = \"$repository\"|"
      } >"$place/Cargo.toml"
      # The versions of the repository where it has one, so that they are built already.
      cp Cargo.lock "$place"
      CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$repository/target}" cargo test --quiet --manifest-path "$place/Cargo.toml"
      ;;
  esac
  echo "$language: the snippets pass as they are printed"
done
