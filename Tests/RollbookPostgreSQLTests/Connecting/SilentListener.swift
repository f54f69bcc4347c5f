import Foundation
import Synchronization

/// A server that takes every connection and never says a word.
final class SilentListener: Sendable {
    let port: Int
    private let descriptor: Int32
    private let accepted = Mutex<[Int32]>([])

    init() throws {
        port = try FreePort.any()
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let isBound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isBound, listen(descriptor, 16) == 0, fcntl(descriptor, F_SETFL, O_NONBLOCK) == 0 else {
            throw ServerCommand.Failure(description: "port \(port) could not be listened on")
        }
    }

    deinit {
        close(descriptor)
        for connection in accepted.withLock({ $0 }) { close(connection) }
    }

    /// How many have called so far.
    var acceptedCount: Int {
        accepted.withLock { accepted in
            while true {
                let connection = accept(descriptor, nil, nil)
                guard connection >= 0 else { return accepted.count }
                accepted.append(connection)
            }
        }
    }
}
