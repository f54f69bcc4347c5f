import Foundation

/// What a service tells the systemd that has started it, as sd_notify(3) says: one datagram to a socket that the
/// environment names. Where nobody waits for it, nothing is sent.
enum ServiceNotice: String {
    /// Requests are answered.
    case ready = "READY=1"
    /// The shutdown has begun.
    case stopping = "STOPPING=1"

    /// Sends the notice; a service whose notice cannot be sent goes on all the same.
    ///
    /// - Returns: whether it was sent.
    @discardableResult func send(
        to name: String? = ProcessInfo.processInfo.environment["NOTIFY_SOCKET"]
    ) -> Bool {
        guard let name, var address = Self.address(name) else { return false }
        let socket = socket(AF_UNIX, Self.datagram, 0)
        guard socket >= 0 else { return false }
        defer { close(socket) }
        let bytes = Array(rawValue.utf8)
        let length = socklen_t(MemoryLayout<sockaddr_un>.offset(of: \.sun_path).map { $0 + name.utf8.count } ?? 0)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(socket, bytes, bytes.count, 0, $0, length) == bytes.count
            }
        }
    }

    /// The address of a path, or of an abstract name, which begins with @; nil for any other name.
    private static func address(_ name: String) -> sockaddr_un? {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var bytes = Array(name.utf8)
        guard bytes.count > 1, bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return nil }
        switch bytes[0] {
        case UInt8(ascii: "/"): break
        case UInt8(ascii: "@"): bytes[0] = 0
        default: return nil
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        return address
    }

    #if canImport(Glibc)
        private static let datagram = Int32(SOCK_DGRAM.rawValue)
    #else
        private static let datagram = SOCK_DGRAM
    #endif
}
