{
  "targets": [
    {
      "target_name": "engine",
      "sources": ["<!@(find src bindings -name '*.cc' | sort)"],
      "include_dirs": ["src"],
      "cflags_cc": ["-std=c++20", "-O2", "-g1", "-fno-exceptions", "-fvisibility=hidden", "-Wall", "-Wextra", "-Wno-unused-parameter", "-Wno-cast-function-type", "-Wno-unused-result"],
      "cflags_cc!": ["-std=gnu++17", "-O3"],
      "ldflags": ["-Wl,-z,relro,-z,now,--build-id"]
    },
    {
      "target_name": "launcher",
      "type": "executable",
      "sources": ["launcher/launcher.cc"],
      "ldflags": ["-pthread"]
    }
  ]
}
