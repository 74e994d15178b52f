//! A security group of EC2: which ports the world may reach.

use super::{Kind, Parts, Source, as_it_is, derived, nothing};
use crate::collect::config::anybody;
use crate::collect::config::known::{Known, is};
use crate::collect::config::thing::{Dialect, Place, Thing};
use crate::model::node::Setting;

const KNOWN: &[Known] = &[is("world_port", "none", "Amazon VPC user guide, Security group rules")];

/// Ports that a range is looked through for: those by which machines are run and data is kept.
const TELLING: &[u16] = &[
    20, 21, 22, 23, 25, 53, 80, 110, 111, 135, 137, 139, 143, 161, 389, 443, 445, 512, 513, 514, 636, 873, 989, 990, 1433, 1434,
    1521, 2049, 2375, 2376, 2379, 3000, 3260, 3306, 3389, 4333, 5000, 5432, 5433, 5500, 5601, 5672, 5900, 5985, 5986, 6379, 6443,
    7001, 8000, 8080, 8443, 8888, 9000, 9042, 9090, 9092, 9200, 9300, 10250, 11211, 15672, 27017, 27018, 50070,
];

/// A security group.
pub(super) static KIND: Kind = Kind {
    id: "aws_security_group",
    title: "AWS security group",
    notes: "`world_port`: each port that rules open to everybody (`0.0.0.0/0`, `::/0`, or a part wider than any private network), one setting a port; a wide range is given by the \
            well-known ports in it and by its bounds (`1024-65535`); `all` for every port. From CloudFormation, Terraform, and `aws ec2 \
            describe-security-groups`.",
    known: KNOWN,
    sources: &[
        Source {
            dialect: Dialect::CloudFormation,
            of: "AWS::EC2::SecurityGroup",
            names: &["GroupName"],
            part_of: "",
            map: &[],
            more: |thing, out| each(thing, "SecurityGroupIngress[]", &CFN, out),
        },
        Source {
            dialect: Dialect::CloudFormation,
            of: "AWS::EC2::SecurityGroupIngress",
            names: &[],
            part_of: "GroupId",
            map: &[],
            more: |thing, out| each(thing, "", &CFN, out),
        },
        Source {
            dialect: Dialect::Terraform,
            of: "aws_security_group",
            names: &["name"],
            part_of: "",
            map: &[],
            more: |thing, out| each(thing, "ingress[]", &TERRAFORM, out),
        },
        Source {
            dialect: Dialect::Terraform,
            of: "aws_security_group_rule",
            names: &[],
            part_of: "security_group_id",
            map: &[],
            more: |thing, out| {
                if thing.text("type").as_deref() == Some("ingress") {
                    each(thing, "", &TERRAFORM, out);
                }
            },
        },
        Source {
            dialect: Dialect::Terraform,
            of: "aws_vpc_security_group_ingress_rule",
            names: &[],
            part_of: "security_group_id",
            map: &[],
            more: |thing, out| each(thing, "", &TERRAFORM_RULE, out),
        },
        Source {
            dialect: Dialect::Aws,
            of: "SecurityGroups",
            names: &["GroupId", "GroupName"],
            part_of: "",
            map: &[],
            more: |thing, out| each(thing, "IpPermissions[]", &EXPORT, out),
        },
        Source { dialect: Dialect::Aws, of: "SecurityGroup", names: &["GroupId"], part_of: "", map: &[], more: nothing },
    ],
    parts: Parts::Add,
    settle: as_it_is,
};

/// How one dialect writes a rule.
struct Rule {
    protocol: &'static str,
    from: &'static str,
    to: &'static str,
    cidr: &'static [&'static str],
}

static CFN: Rule = Rule { protocol: "IpProtocol", from: "FromPort", to: "ToPort", cidr: &["CidrIp", "CidrIpv6"] };
static TERRAFORM: Rule =
    Rule { protocol: "protocol", from: "from_port", to: "to_port", cidr: &["cidr_blocks[]", "ipv6_cidr_blocks[]"] };
static TERRAFORM_RULE: Rule =
    Rule { protocol: "ip_protocol", from: "from_port", to: "to_port", cidr: &["cidr_ipv4", "cidr_ipv6"] };
static EXPORT: Rule =
    Rule { protocol: "IpProtocol", from: "FromPort", to: "ToPort", cidr: &["IpRanges[].CidrIp", "Ipv6Ranges[].CidrIpv6"] };

/// Every rule at a path.
fn each(thing: &Thing<'_>, path: &str, rule: &Rule, out: &mut Vec<Setting>) {
    let places = if path.is_empty() {
        vec![Place { value: Ok(thing.node), line: thing.line, column: thing.column }]
    } else {
        thing.look(path)
    };
    for place in places {
        let Ok(node) = place.value else {
            out.push(super::setting("world_port", &place));
            continue;
        };
        // the same thing, seen from the rule
        let here = Thing {
            node,
            of: String::new(),
            name: String::new(),
            aliases: Vec::new(),
            later: None,
            refers: Vec::new(),
            line: place.line,
            column: place.column,
            ..*thing
        };
        open(&here, rule, out);
    }
}

fn open(here: &Thing<'_>, rule: &Rule, out: &mut Vec<Setting>) {
    for cidr in rule.cidr.iter().flat_map(|path| here.look(path)) {
        let Ok(node) = &cidr.value else {
            out.push(super::setting("world_port", &cidr));
            continue;
        };
        let text = node.scalar().unwrap_or("");
        if !world(text) {
            continue;
        }
        let number = |path: &str| -> Result<Option<i64>, Box<Setting>> {
            match here.look(path).into_iter().next() {
                None => Ok(None),
                Some(place) => match &place.value {
                    Ok(node) => Ok(node.scalar().and_then(|text| text.parse().ok())),
                    Err(_) => Err(Box::new(super::setting("world_port", &place))),
                },
            }
        };
        let protocol = here.text(rule.protocol).unwrap_or_default();
        let (from, to) = match (number(rule.from), number(rule.to)) {
            (Ok(from), Ok(to)) => (from, to),
            (Err(unknown), _) | (_, Err(unknown)) => {
                out.push(*unknown);
                continue;
            }
        };
        out.extend(ports(&protocol, from, to).into_iter().map(|port| derived("world_port", port, &cidr)));
    }
}

/// Everybody, in either family, however it is written; a part of everybody as well, for the rest is other rules.
fn world(cidr: &str) -> bool {
    anybody::wide(cidr, None)
}

fn ports(protocol: &str, from: Option<i64>, to: Option<i64>) -> Vec<String> {
    if matches!(protocol, "icmp" | "icmpv6" | "1" | "58") {
        return Vec::new();
    }
    if matches!(protocol, "-1" | "all") || from.is_none_or(|from| from < 0) {
        return std::iter::once("all".to_owned()).chain(TELLING.iter().map(u16::to_string)).collect();
    }
    let (from, to) = (from.unwrap_or(0), to.or(from).unwrap_or(0));
    if to - from < 16 {
        return (from..=to).map(|port| port.to_string()).collect();
    }
    let inside = TELLING.iter().filter(|port| (from..=to).contains(&i64::from(**port))).map(u16::to_string);
    std::iter::once(format!("{from}-{to}")).chain(inside).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_world_is_the_world_however_it_is_written() {
        assert!(world("0.0.0.0/0") && world("::/0") && world("0000:0000::/00") && world("10.0.0.0/0") && world("192.0.0.0/2"));
        assert!(!world("10.1.0.0/16") && !world("0.0.0.0") && !world(""));
        assert_eq!(ports("tcp", Some(22), Some(22)), ["22"]);
        assert!(ports("tcp", Some(0), Some(65535)).contains(&"3389".to_owned()));
        assert!(ports("-1", None, None).contains(&"22".to_owned()));
        assert!(ports("icmp", Some(-1), Some(-1)).is_empty());
    }
}
