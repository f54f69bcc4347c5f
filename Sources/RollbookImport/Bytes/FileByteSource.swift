import Foundation
import RollbookModel

/// The bytes of a file.
final class FileByteSource: ByteSource {
    private let name: String
    private let stream: InputStream
    private(set) var bytesRead: Int64 = 0
    let bytesTotal: Int64?

    /// Opens the file at `path`; messages call it `name`.
    init(path: String, name: String) throws {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw RollbookError(.unreadableSource, "\(name) does not exist", subject: name)
        }
        guard !isFolder.boolValue, let stream = InputStream(fileAtPath: path) else {
            throw RollbookError(.unreadableSource, "\(name) is not a file", subject: name)
        }
        self.name = name
        self.stream = stream
        bytesTotal = try? (FileManager.default.attributesOfItem(atPath: path)[.size] as? NSNumber)?.int64Value
        stream.open()
    }

    deinit { stream.close() }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        guard buffer.count > 0, let start = buffer.bindMemory(to: UInt8.self).baseAddress else { return 0 }
        let count = stream.read(start, maxLength: buffer.count)
        guard count >= 0 else {
            throw RollbookError(
                .unreadableSource, "\(name) cannot be read", subject: name, underlying: stream.streamError)
        }
        bytesRead += Int64(count)
        return count
    }

    /// The file at `path`, decompressed where its name ends in `.gz`.
    static func opening(path: String, name: String) throws -> any ByteSource {
        let file = try FileByteSource(path: path, name: name)
        return name.lowercased().hasSuffix(".gz") ? try GzipByteSource(file, name: name) : file
    }
}
