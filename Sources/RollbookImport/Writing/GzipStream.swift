import CZlib

/// Packs bytes as gzip. The header carries no time and no name, so that the same bytes pack to the same bytes.
final class GzipStream {
    // zlib remembers where the stream lies: it must not move.
    private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    private var output = [UInt8](repeating: 0, count: 1 << 16)

    /// Begins; nil where there is no memory left.
    init?() {
        stream.initialize(to: z_stream())
        // A school packs four times as fast as at the usual level, and grows by a seventh.
        let withGzipHeader = MAX_WBITS + 16
        let result = deflateInit2_(
            stream, Z_BEST_SPEED, Z_DEFLATED, withGzipHeader, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        guard result == Z_OK else { return nil }
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
    }

    /// Packs bytes and hands on what is ready; at the end, all there is.
    func pack(_ bytes: [UInt8], isLast: Bool, into write: (UnsafeRawBufferPointer) throws -> Void) rethrows {
        var input = bytes
        try input.withUnsafeMutableBufferPointer { input in
            stream.pointee.next_in = input.baseAddress
            stream.pointee.avail_in = uInt(input.count)
            repeat {
                let ready = deflateStep(finish: isLast)
                if ready > 0 {
                    try output.withUnsafeBytes { try write(UnsafeRawBufferPointer(rebasing: $0[..<ready])) }
                }
            } while stream.pointee.avail_out == 0
        }
    }

    private func deflateStep(finish: Bool) -> Int {
        output.withUnsafeMutableBufferPointer { output in
            stream.pointee.next_out = output.baseAddress
            stream.pointee.avail_out = uInt(output.count)
            deflate(stream, finish ? Z_FINISH : Z_NO_FLUSH)
            return output.count - Int(stream.pointee.avail_out)
        }
    }
}
