import Foundation
import Rollbook
import Testing

@testable import RollbookServer

@Suite("The dashboard's pages")
struct DashboardPagesTests {
    private static let then = "as_of=\(DashboardSchool.asOf)"
    private static let pages = [
        "/?\(then)", "/students?\(then)", "/teachers?\(then)", "/classes?\(then)", "/students/1?\(then)",
        "/teachers/1?\(then)", "/classes/7%20a%2F%C3%BC?\(then)",
    ]

    @Test("every page says as of when, from which data, by which definitions")
    func provenance() async throws {
        try await RunningDashboard.run { server in
            for path in Self.pages {
                let page = try await server.get(path)
                #expect(page.status == 200, "\(path)")
                for part in [
                    "As of <time datetime=\"\(DashboardSchool.asOf)\"", "Data version 2", "Data as of",
                    "refreshed <time",
                    "<dt>Pass mark</dt><dd>70</dd>", "<dt>Time zone</dt><dd>UTC", "name=\"as_of\"",
                ] {
                    #expect(page.contains(part), "\(path): \(part)")
                }
            }
        }
    }

    @Test("no page lets a browser run, frame or keep what it should not")
    func headers() async throws {
        try await RunningDashboard.run { server in
            for path in Self.pages + ["/students/none", "/?days=0"] {
                let headers = try await server.get(path).headers
                let policy = headers["content-security-policy"] ?? ""
                #expect(policy.hasPrefix("default-src 'none'; script-src 'self'; style-src 'self'; "))
                #expect(policy.hasSuffix("base-uri 'none'; frame-ancestors 'none'") && !policy.contains("unsafe"))
                #expect(headers["x-content-type-options"] == "nosniff")
                #expect(headers["referrer-policy"] == "no-referrer")
                #expect(headers["cache-control"] == "no-store")
            }
        }
    }

    @Test("names from records stay text wherever they stand")
    func hostileNames() async throws {
        let library = try Self.chartLibrary()
        defer { try? FileManager.default.removeItem(atPath: library) }
        try await RunningDashboard.run(chartLibraryPlaces: [library]) { server in
            for path in Self.pages {
                let page = try await server.get(path)
                #expect(
                    !page.contains("<script>alert") && !page.contains("</script>Maths") && !page.contains("<b>7a"),
                    "\(path)")
            }
            let school = try await server.get("/?\(Self.then)")
            #expect(school.contains("<bdi>&lt;script&gt;alert(1)&lt;/script&gt; O&#39;Neill &quot;Zed&quot;</bdi>"))
            #expect(school.contains("<bdi>\u{202E}שרה كوهين</bdi>"))
            #expect(school.contains("<bdi>👩‍🚀 &amp;amp;</bdi>"))
            #expect(school.contains(#""categories":["\u003c/script\u003eMaths"]"#))
        }
    }

    @Test("a search comes back as text, and finds by name and by id")
    func search() async throws {
        try await RunningDashboard.run { server in
            let page = try await server.get("/students?q=%22%3E%3Cscript%3E+x")
            #expect(page.contains(#"value="&quot;&gt;&lt;script&gt; x""#) && page.contains("Nothing matches"))
            #expect(try await server.get("/students?q=ada+b").contains(#"href="/students/4""#))
            #expect(try await server.get("/classes?q=7+A").contains("<bdi>7 a/ü</bdi>"))
        }
    }

    @Test(
        "what does not exist is not found",
        arguments: ["/students/99", "/classes/none", "/teachers/%FF", "/assets/x.js"])
    func notFound(path: String) async throws {
        try await RunningDashboard.run { server in
            let page = try await server.get(path)
            #expect(page.status == 404 && page.contains("<h1>There is no such thing</h1>"))
        }
    }

    @Test(
        "a bad parameter is refused by name",
        arguments: [
            ("/?days=0", "days"), ("/?by=year", "by"), ("/?as_of=noon", "as_of"), ("/?pass_mark=101", "pass_mark"),
            ("/?colour=red", "colour"), ("/?days=1&days=2", "days"), ("/teachers/1?by=day", "by"),
            ("/students?student-engagement.offset=-1", "offset"),
        ])
    func refused(path: String, name: String) async throws {
        try await RunningDashboard.run { server in
            let page = try await server.get(path)
            #expect(page.status == 400 && page.contains("role=\"alert\"><p>"))
            #expect(page.contains(name), "\(path)")
        }
    }

    @Test("dates without records lead to those with some")
    func emptyWindow() async throws {
        try await RunningDashboard.run { server in
            let page = try await server.get("/students/4")
            #expect(
                page.contains(
                    "No records in these dates. The newest record is from <time datetime=\"\(DashboardSchool.asOf)\""))
            #expect(page.contains("href=\"/students/4?as_of=2026-03-01T12:00:00Z\""))
            #expect(try await !server.get("/students/4?\(Self.then)").contains("No records in these dates"))
        }
    }

    @Test("a store without records, and views that were never filled, are said plainly")
    func emptyStore() async throws {
        try await RunningDashboard.run(holding: nil, refreshed: false) { server in
            let page = try await server.get("/")
            #expect(page.status == 200 && page.contains("The store holds no records yet"))
            #expect(page.contains("views never refreshed"))
        }
    }

    @Test("a cut answer says so and leads to the rest")
    func paging() async throws {
        try await RunningDashboard.run { server in
            let first = try await server.get("/students?student-engagement.limit=3&\(Self.then)")
            #expect(first.contains("Cut: rows 1–3 of 4.") && first.contains(">Next rows</a>"))
            #expect(!first.contains("Previous rows"))
            #expect(first.contains("student-engagement.offset=3#student-engagement"))
            let last = try await server.get(
                "/students?student-engagement.limit=3&student-engagement.offset=3&\(Self.then)")
            #expect(last.contains("Cut: rows 4–4 of 4.") && last.contains(">Previous rows</a>"))
            #expect(!last.contains("Next rows"))
        }
    }

    @Test("the form's fields are those that the reports declare")
    func form() async throws {
        try await RunningDashboard.run { server in
            let page = try await server.get("/students/1?days=14&by=month&\(Self.then)")
            #expect(page.contains(#"name="days" value="14" min="1" max="3660" placeholder="30 or all""#))
            #expect(page.contains(#"<option value="month" selected>month</option>"#))
            #expect(page.contains(#"name="as_of" value="2026-03-01T12:00:00""#))
            #expect(!page.contains(#"name="student""#))
        }
    }

    @Test("definitions chosen on a page are those of its numbers and of its links")
    func policy() async throws {
        try await RunningDashboard.run { server in
            let page = try await server.get("/teachers/1?pass_mark=60&time_zone=Europe/Berlin&\(Self.then)")
            #expect(page.status == 200)
            #expect(page.contains("<dt>Pass mark</dt><dd>60</dd>"))
            #expect(page.contains(">2026-03-01 13:00</time> Europe/Berlin"))
            #expect(
                page.contains(
                    "href=\"/students?as_of=2026-03-01T12:00:00Z&amp;pass_mark=60&amp;time_zone=Europe%2FBerlin\""))
        }
    }

    @Test("without the chart library the tables stand open and the package is named")
    func withoutLibrary() async throws {
        try await RunningDashboard.run(chartLibraryPlaces: ["/nowhere/chart.js"]) { server in
            let page = try await server.get("/?\(Self.then)")
            #expect(page.contains("libjs-chart.js") && page.contains("<details class=\"numbers\" open>"))
            #expect(!page.contains("data-chart"))
        }
    }

    @Test("files are named by their content, kept for good, and not sent twice")
    func assets() async throws {
        let library = try Self.chartLibrary()
        defer { try? FileManager.default.removeItem(atPath: library) }
        try await RunningDashboard.run(chartLibraryPlaces: ["/nowhere/chart.js", library]) { server in
            let page = try await server.get("/?\(Self.then)")
            #expect(page.contains("data-chart"))
            let paths = page.text.matches(of: /\/assets\/[a-z]+\.[0-9a-f]+\.(?:css|js|svg)/).map { String($0.output) }
            #expect(Set(paths).count == 4)
            for path in paths {
                let file = try await server.get(path)
                #expect(file.status == 200 && file.headers["cache-control"]?.contains("immutable") == true)
                let tag = try #require(file.headers["etag"])
                #expect(try await server.get(path, headers: ["If-None-Match": tag]).status == 304)
            }
        }
    }

    /// A file that stands where the chart library would.
    private static func chartLibrary() throws -> String {
        let path = FileManager.default.temporaryDirectory.appending(path: "chart-\(UUID().uuidString).js").path()
        try Data("globalThis.Chart = undefined;".utf8).write(to: URL(filePath: path))
        return path
    }
}
