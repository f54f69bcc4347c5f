import CZip
import RollbookModel

/// A ZIP archive, opened for reading. What an entry claims about its size is never believed: entries are streamed.
final class ZipArchive {
    /// Paths of the entries that are files, with their position in the archive.
    let entries: [(path: String, index: UInt64)]
    private let name: String
    private let handle: OpaquePointer

    /// Opens the archive at `path`; messages call it `name`.
    init(path: String, name: String) throws {
        var code: Int32 = 0
        guard let handle = zip_open(path, ZIP_RDONLY, &code) else {
            var error = zip_error_t()
            zip_error_init_with_code(&error, code)
            defer { zip_error_fini(&error) }
            throw RollbookError(
                .unreadableSource, "\(name) is no whole ZIP archive", subject: name,
                engineMessage: String(cString: zip_error_strerror(&error)))
        }
        self.handle = handle
        self.name = name
        let count = UInt64(max(0, zip_get_num_entries(handle, 0)))
        entries = (0..<count).compactMap { index in
            guard let path = zip_get_name(handle, index, 0).map({ String(cString: $0) }), !path.hasSuffix("/") else {
                return nil
            }
            return (path, index)
        }
    }

    deinit { zip_discard(handle) }

    /// The bytes of the entry at `index`; messages call it `entryName`.
    func open(_ index: UInt64, entryName: String) throws -> any ByteSource {
        guard let entry = zip_fopen_index(handle, index, 0) else {
            throw RollbookError(
                .unreadableSource, "\(entryName) in \(name) cannot be read: is it encrypted?", subject: entryName,
                engineMessage: String(cString: zip_strerror(handle)))
        }
        return ZipEntryByteSource(entry, of: self, name: "\(entryName) in \(name)")
    }
}

/// The bytes of an entry of a ZIP archive.
final class ZipEntryByteSource: ByteSource {
    /// Kept because the entry lives no longer than its archive.
    private let archive: ZipArchive
    private let entry: OpaquePointer
    private let name: String
    private(set) var bytesRead: Int64 = 0
    var bytesTotal: Int64? { nil }

    fileprivate init(_ entry: OpaquePointer, of archive: ZipArchive, name: String) {
        self.entry = entry
        self.archive = archive
        self.name = name
    }

    deinit { zip_fclose(entry) }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        guard buffer.count > 0 else { return 0 }
        let count = zip_fread(entry, buffer.baseAddress, UInt64(buffer.count))
        guard count >= 0 else {
            throw RollbookError(
                .unreadableSource, "\(name) is damaged", subject: name,
                engineMessage: String(cString: zip_error_strerror(zip_file_get_error(entry))))
        }
        bytesRead += count
        return Int(count)
    }
}
