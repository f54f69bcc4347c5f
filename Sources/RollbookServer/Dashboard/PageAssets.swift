import Foundation
import Hummingbird
import Rollbook

/// A file that pages refer to. Its name changes with its content, so that browsers may keep it for good.
struct PageAsset: Sendable {
    /// The name in `/assets/`.
    let fileName: String
    let contentType: String
    let bytes: [UInt8]

    init(name: String, type: String, contentType: String, bytes: [UInt8]) {
        fileName = "\(name).\(Fingerprint.of(String(decoding: bytes, as: UTF8.self))).\(type)"
        self.contentType = contentType
        self.bytes = bytes
    }

    var path: String { "/assets/\(fileName)" }
    var entityTag: String { "\"\(fileName)\"" }
}

/// The chart library, which is the system's and not part of the program.
struct ChartLibrary: Sendable {
    /// The Debian package that has it.
    static let debianPackage = "libjs-chart.js"
    /// Where systems keep it.
    static let usualPlaces = [
        "/usr/share/javascript/chart.js/chart.min.js", "/usr/share/nodejs/chart.js/dist/chart.min.js",
        "/usr/local/share/javascript/chart.js/chart.min.js",
    ]

    let asset: PageAsset

    /// Reads the library from the first of the places that has it; nil where none does.
    init?(places: [String] = usualPlaces) {
        guard let bytes = places.lazy.compactMap({ FileManager.default.contents(atPath: $0) }).first else { return nil }
        asset = PageAsset(
            name: "chart", type: "js", contentType: "text/javascript; charset=utf-8", bytes: Array(bytes))
    }
}

/// All files that pages refer to.
struct PageAssets: Sendable {
    let style = PageAsset(
        name: "dashboard", type: "css", contentType: "text/css; charset=utf-8", bytes: PackageResources.dashboard_css)
    let charts = PageAsset(
        name: "charts", type: "js", contentType: "text/javascript; charset=utf-8", bytes: PackageResources.charts_js)
    let icon = PageAsset(name: "icon", type: "svg", contentType: "image/svg+xml", bytes: PackageResources.icon_svg)
    let library: ChartLibrary?

    var all: [PageAsset] { [style, charts, icon] + (library.map { [$0.asset] } ?? []) }

    /// Answers a request for a file; nil where there is none of that name.
    func response(to request: Request, fileName: String) -> Response? {
        guard let asset = all.first(where: { $0.fileName == fileName }) else { return nil }
        var headers: HTTPFields = [
            .eTag: asset.entityTag, .cacheControl: "public, max-age=31536000, immutable",
            .xContentTypeOptions: "nosniff",
        ]
        let known = request.headers[.ifNoneMatch]?.split(separator: ",") ?? []
        if known.contains(where: { $0.contains(asset.entityTag) || $0.drop(while: { $0 == " " }) == "*" }) {
            return Response(status: .notModified, headers: headers)
        }
        headers[.contentType] = asset.contentType
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: asset.bytes)))
    }
}
