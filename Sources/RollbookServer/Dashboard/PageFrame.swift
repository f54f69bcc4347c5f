import Rollbook

/// What every page has around its own content.
struct PageFrame: Sendable {
    let assets: PageAssets

    /// A page of numbers: a form to choose by, remarks on what the numbers leave out, and where they come from.
    func page(
        _ title: String, lead: HTML = .empty, part: String, reading: PageReading, form: HTML, content: HTML
    ) -> HTML {
        let provenance = ProvenanceFooter(reading: reading)
        let main = HTML.joined([
            Tag.div(.class("heading")) {
                Tag.h1 { HTML.name(title) }
                lead
                provenance.line
            },
            form, PageNotices(reading: reading).html, content,
        ])
        return document(
            title, main: main, footer: provenance.html, navigation: navigation(part: part, request: reading.request))
    }

    /// A page without numbers that says what went wrong.
    func problem(_ title: String, message: String, back: PageLink) -> HTML {
        let main = HTML.joined([
            Tag.div(.class("heading")) { Tag.h1 { title } },
            Tag.div(.class("notice problem"), .role("alert")) { Tag.p { message } },
            Tag.p { Tag.a(.href(back)) { "Back" } },
        ])
        return document(title, main: main, footer: .empty, navigation: navigation(part: nil, request: nil))
    }

    func document(_ title: String, main: HTML, footer: HTML, navigation: HTML) -> HTML {
        .document(
            Tag.html(.lang("en")) {
                head(title)
                Tag.body {
                    Tag.a(.class("skip"), .fragment("content")) { "Skip to content" }
                    Tag.header(.class("site")) {
                        Tag.a(.class("brand"), .href(PageLink("/"))) { "Rollbook" }
                        navigation
                    }
                    HealthBanner.current?.html ?? .empty
                    Tag.main(.id("content"), .tabindex(-1)) { main }
                    footer
                }
            })
    }

    private func head(_ title: String) -> HTML {
        Tag.head {
            VoidTag.meta(.field("charset", "utf-8"))
            VoidTag.meta(.name("viewport"), .content("width=device-width, initial-scale=1"))
            VoidTag.meta(.name("color-scheme"), .content("light dark"))
            Tag.title { title == "Rollbook" ? title : "\(title) – Rollbook" }
            VoidTag.link(.rel("icon"), .type("image/svg+xml"), .field("href", assets.icon.path))
            VoidTag.link(.rel("stylesheet"), .field("href", assets.style.path))
            if let library = assets.library {
                Tag.script(.flag("defer"), .src(library.asset.path))
                Tag.script(.type("module"), .src(assets.charts.path))
            }
        }
    }

    func navigation(part: String?, request: PageRequest?) -> HTML {
        let parts = [("School", "")] + RecordPage.all.map { ($0.title, $0.path) } + [("Jobs", "jobs")]
        return Tag.nav(.aria("label", "Pages")) {
            Tag.ul {
                for (title, path) in parts {
                    let target = path.isEmpty ? [] : [path]
                    Tag.li {
                        Tag.a(
                            .href(request?.link(to: target) ?? PageLink(path: target)),
                            path == part ? .aria("current", request?.path == target ? "page" : "true") : nil
                        ) { title }
                    }
                }
            }
        }
    }
}

/// What a reader must know before trusting the numbers of a page.
struct PageNotices: Sendable {
    let reading: PageReading

    var html: HTML {
        let request = reading.request
        let format = CellFormat(zone: request.policy.timeZone)
        return HTML.joined([
            reading.isMixed
                ? notice("Records changed while this page was made: its parts may disagree. Load it again.") : .empty,
            reading.status.state.dataAsOf == nil
                ? notice(
                    "The store holds no records yet. Import some with `rollbook import`, or make up a school with `rollbook generate`."
                )
                : .empty,
            reading.instantWithRecords.map { newest in
                Tag.div(.class("notice"), .role("status")) {
                    Tag.p {
                        "No records in these dates. The newest record is from "
                        format.time(newest)
                        "; "
                        Tag.a(.href(request.link(choosing: ["as_of": newest.description]))) {
                            "show this page as of then"
                        }
                        "."
                    }
                }
            } ?? .empty,
        ])
    }

    private func notice(_ text: String) -> HTML {
        Tag.div(.class("notice"), .role("status")) { Tag.p { text } }
    }
}
