//! What the compiler asks of a runtime library.

image_runtime::compiler_runtime!("ntoskrnl.exe");
