import Foundation

/// Runs with the path of a new, empty folder, which is gone afterwards.
func withScratchFolder<Result>(
    isolation: isolated (any Actor)? = #isolation, _ body: (String) async throws -> Result
) async throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try await body(folder)
}

/// The names in a folder, sorted.
func names(in folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
}

/// The bytes of a file.
func contents(_ name: String, in folder: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: folder).appendingPathComponent(name))
}

/// The lines of a file.
func lines(_ name: String, in folder: String) throws -> [String] {
    String(decoding: try contents(name, in: folder), as: UTF8.self).split(separator: "\n").map(String.init)
}

/// A checksum of bytes (FNV-1a), simple enough to be the same for ever.
func checksum(_ bytes: Data) -> String {
    String(bytes.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }, radix: 16)
}
