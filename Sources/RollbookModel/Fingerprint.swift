/// A short text that changes whenever a longer one does; not for secrets.
public enum Fingerprint {
    /// The 64-bit FNV-1a hash of a text, in hexadecimal.
    public static func of(_ text: String) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        return String(hash, radix: 16)
    }
}
