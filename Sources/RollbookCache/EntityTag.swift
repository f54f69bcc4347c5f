/// Names a sequence of bytes by what it holds, for HTTP's `ETag`.
enum EntityTag {
    /// The strong entity tag of a body, with its quotes: the same bytes have the same tag, on every machine.
    static func strong(over body: [UInt8]) -> String {
        "\"" + digits(hash(body)) + "\""
    }

    /// A hash in 32 hexadecimal digits.
    static func digits(_ hash: UInt128) -> String {
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 32 - digits.count) + digits
    }

    /// The tag of the same content in a content coding: its bytes differ, so must its tag.
    static func variant(of tag: String, encoding: String) -> String { tag.dropLast() + "-" + encoding + "\"" }

    /// FNV-1a with 128 bits: no defence against who forges bodies, but these are all our own.
    static func hash(_ bytes: [UInt8]) -> UInt128 {
        let prime: UInt128 = 0x0000_0000_0100_0000_0000_0000_0000_013B
        return bytes.reduce(0x6C62_272E_07BB_0142_62B8_2175_6295_C58D) { ($0 ^ UInt128($1)) &* prime }
    }
}
