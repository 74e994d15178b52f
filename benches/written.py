#!/usr/bin/env python3
"""written.py [--provost PROGRAM] [--wrong] [SET...]: how right `provost detect --jsonl` is on texts that were written to see what it misses.

SET: a file of benches/written without its ending; all but `afterwards` if none is named. In them `⟦class:value⟧` marks what is to be found, `%%`
parts texts, and `«…»` is a number, token or the like that is made here, anew for each run but always the same ones: right check digits, nobody's.
--wrong lists what was missed or found wrongly. A mark counts as found if a span of its class overlaps it.
"""
import argparse
import base64
import json
import pathlib
import random
import re
import string
import subprocess

R = random.Random(41)
d=lambda n,first=None: (str(first) if first is not None else str(R.randint(1,9)))+''.join(R.choice('0123456789') for _ in range(n-1))
def luhn(body):
    s=0
    for i,c in enumerate(reversed(body)):
        x=int(c)
        if i%2==0:
            x*=2
            if x>9:x-=9
        s+=x
    return body+str((10-s%10)%10)
def nhs():
    while 1:
        b=R.choice('467')+''.join(R.choice('0123456789') for _ in range(8))
        c=11-sum(int(x)*(10-i) for i,x in enumerate(b))%11
        if c==11:c=0
        if c!=10:return b+str(c)
def nino():
    while 1:
        p=R.choice('ABCEGHJKLMNOPRSTWXYZ')+R.choice('ABCEGHJKLMNPRSTWXYZ')
        if p not in('BG','GB','NK','KN','TN','NT','ZZ'):return p+''.join(R.choice('0123456789') for _ in range(6))+R.choice('ABCD')
def card(prefix='4',n=16): return luhn(prefix+''.join(R.choice('0123456789') for _ in range(n-1-len(prefix))))
def iban(cc,bban):
    s=bban+cc+'00';n=''.join(str(int(c,36)) for c in s)
    return cc+'%02d'%(98-int(n)%97)+bban
def gbiban(): return iban('GB',R.choice(['NWBK','BARC','LOYD','HBUK','MONZ'])+d(14))
def ieiban(): return iban('IE',R.choice(['AIBK','BOFI'])+d(14))
def deiban(): return iban('DE',d(18))
def friban():
    b=d(10);a=d(11)
    k=97-((89*int(b[:5])+15*int(b[5:])+3*int(a))%97)
    return iban('FR',b+a+'%02d'%k)
def pesel(y=1984,m=3,dd=12):
    b='%02d%02d%02d'%(y%100,m+(20 if y>=2000 else 0),dd)+''.join(R.choice('0123456789') for _ in range(4))
    w=[1,3,7,9,1,3,7,9,1,3]
    return b+str((10-sum(int(x)*k for x,k in zip(b,w))%10)%10)
def pps():
    b=d(7);s=sum(int(x)*(8-i) for i,x in enumerate(b));
    s2=s+9*1
    return b+'WABCDEFGHIJKLMNOPQRSTUV'[s2%23]+'A'
def dni():
    n=d(8);return n+'TRWAGMYFPDXBNJZSQVHLCKE'[int(n)%23]
def nie():
    n=''.join(R.choice('0123456789') for _ in range(7));return 'X'+n+'TRWAGMYFPDXBNJZSQVHLCKE'[int(n)%23]
def bsn():
    while 1:
        b=d(8);s=sum(int(x)*(9-i) for i,x in enumerate(b))%11
        if s<10:return b+str(s)
def ssn():
    while 1:
        a=R.randint(101,665)
        return '%03d-%02d-%04d'%(a,R.randint(10,99),R.randint(1000,9999))
def nir(sex=1,yy=79,mm=4):
    b='%d%02d%02d%02d%03d%03d'%(sex,yy,mm,R.randint(21,95),R.randint(100,300),R.randint(100,900))
    return b+'%02d'%(97-int(b)%97)
def idnr():
    while 1:
        digs=list('1234567890');R.shuffle(digs);digs=digs[:9]+[R.choice(digs[:9])];R.shuffle(digs)
        b=''.join(digs)
        if b[0]=='0' or sum(1 for x in set(b) if b.count(x)>1)!=1:continue
        p=10
        for c in b:
            s=(int(c)+p)%10 or 10
            p=s*2%11
        return b+str((11-p)%10)
def cf(): # codice fiscale with check
    b='RSSMRA%02dA%02dH501'%(R.randint(50,99),R.randint(1,28))
    odd=dict(zip('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ',[1,0,5,7,9,13,15,17,19,21,1,0,5,7,9,13,15,17,19,21,2,4,18,20,11,3,6,8,12,14,16,10,22,25,24,23]))
    s=sum(odd[c] if i%2==0 else (int(c) if c.isdigit() else ord(c)-65) for i,c in enumerate(b))
    return b+chr(65+s%26)
def cnp():
    b='1840312'+'40'+d(3);s=sum(int(x)*int(k) for x,k in zip(b,'279146358279'))%11
    return b+str(1 if s==10 else s)
def fi():
    b='120384';n=d(3);return b+'-'+n+'0123456789ABCDEFHJKLMNPRSTUVWXY'[int(b+n)%31]
def se():
    b='840312'+d(3);return b[:6]+'-'+luhn(b)[6:]
def cpf():
    b=[R.randint(0,9) for _ in range(9)]
    for _ in range(2):
        s=sum(x*(len(b)+1-i) for i,x in enumerate(b))*10%11%10;b.append(s)
    s=''.join(map(str,b));return f'{s[:3]}.{s[3:6]}.{s[6:9]}-{s[9:]}'
def itin(): return '9%02d-%02d-%04d'%(R.randint(0,99),R.choice([70,75,88,92,95]),R.randint(1000,9999))
def aadhaar():
    D=[[0,1,2,3,4,5,6,7,8,9],[1,2,3,4,0,6,7,8,9,5],[2,3,4,0,1,7,8,9,5,6],[3,4,0,1,2,8,9,5,6,7],[4,0,1,2,3,9,5,6,7,8],[5,9,8,7,6,0,4,3,2,1],[6,5,9,8,7,1,0,4,3,2],[7,6,5,9,8,2,1,0,4,3],[8,7,6,5,9,3,2,1,0,4],[9,8,7,6,5,4,3,2,1,0]]
    P=[[0,1,2,3,4,5,6,7,8,9],[1,5,7,6,2,8,3,0,9,4],[5,8,0,3,7,9,6,1,4,2],[8,9,1,6,0,4,3,5,2,7],[9,4,5,3,1,2,6,8,7,0],[4,2,8,6,5,7,3,9,0,1],[2,7,9,3,8,0,6,4,1,5],[7,0,4,6,9,1,3,2,5,8]]
    inv=[0,4,3,2,1,5,6,7,8,9]
    b=d(11,R.randint(2,9));c=0
    for i,x in enumerate(reversed(b)): c=D[c][P[(i+1)%8][int(x)]]
    s=b+str(inv[c]);return f'{s[:4]} {s[4:8]} {s[8:]}'
def sp(s,*g,sep=' '):
    out=[];i=0
    for k in g: out.append(s[i:i+k]);i+=k
    if i<len(s):out.append(s[i:])
    return sep.join(out)
def mob(): return '07'+R.choice('345789')+d(8)
def land(): return R.choice(['0161','0117','0113','0131'])+' '+d(3)+' '+d(4)
def tok(n,alpha=string.ascii_letters+string.digits): return ''.join(R.choice(alpha) for _ in range(n))
def ghp(): return 'ghp_'+tok(36)
def jwt():
    e=lambda o: base64.urlsafe_b64encode(json.dumps(o,separators=(',',':')).encode()).rstrip(b'=').decode()
    return e({'alg':'HS256','typ':'JWT'})+'.'+e({'sub':d(8),'iat':1716653872})+'.'+tok(43)
def ukpp(): return d(9)
def dl(sur='PRITC',y='8',mm='03',dd='12',yy='4',ini='GR'): return f'{sur}{y}{mm}{dd}{yy}{ini}9'+R.choice('ABCDEFGHJKLMNPRTUVWXYZ')+R.choice('ABCDEFGHJKLMNPRTUVWXYZ')

HERE = pathlib.Path(__file__).resolve().parent
MADE = {name: value for name, value in globals().items() if callable(value) or name in ("R", "base64")}
# (what was found, what it is a part of)
HARMLESS = {("postcode", "home_address"), ("home_address", "postcode"), ("person_name", "email_address"), ("email_address", "credential"), ("private_key", "credential")}


def texts(path):
    """Each text of a set, with its marks as (class, first byte, last byte)."""
    group, lines = "", []
    for line in path.read_text(encoding="utf-8").splitlines() + ["%%"]:
        if line == "%%" or line.startswith("## "):
            if lines:
                yield group, *unmarked("\n".join(lines))
            lines = []
            group = line[3:] if line.startswith("## ") else group
        elif group:
            lines.append(line)


def unmarked(text):
    text = re.sub("«(.*?)»", lambda made: str(eval(made[1], MADE)), text)  # the sets are of this folder
    out, marks, at = "", [], 0
    for mark in re.finditer(r"⟦(\w+):(.*?)⟧", text, re.S):
        out += text[at : mark.start()]
        start = len(out.encode())
        out += mark[2]
        marks.append((mark[1], start, len(out.encode())))
        at = mark.end()
    return out + text[at:], marks


def main():
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--provost", default=HERE.parent / "target/release/provost")
    ask.add_argument("--wrong", action="store_true")
    ask.add_argument("sets", nargs="*", metavar="SET")
    ask = ask.parse_args()
    names = ask.sets or sorted(path.stem for path in (HERE / "written").glob("*.txt") if path.stem != "afterwards")
    cases = [case for name in names for case in texts(HERE / "written" / f"{name}.txt")]
    asked = "".join(json.dumps({"id": number, "text": text}) + "\n" for number, (_, text, _) in enumerate(cases))
    told = subprocess.run([ask.provost, "detect", "--jsonl"], input=asked.encode(), stdout=subprocess.PIPE, check=True).stdout
    counts, wrong, empty, flagged = {}, [], 0, 0
    known = {mark[0] for case in cases for mark in case[2]} | {"person_name", "phone_number", "credential", "national_id"}
    for (group, text, marks), line in zip(cases, told.decode().splitlines()):
        spans = [(span["class"], span["start"], span["end"]) for span in json.loads(line)["spans"]]
        over = lambda a, b: a[1] < b[2] and b[1] < a[2]
        for mark in marks:
            hit = any(span[0] == mark[0] and over(span, mark) for span in spans)
            counts.setdefault(mark[0], [0, 0, 0])[0 if hit else 1] += 1
            if not hit:
                wrong.append((group, "missed", mark[0], text.encode()[mark[1] : mark[2]].decode()))
        bad = [span for span in spans if span[0] in known and not any(over(span, mark) and (span[0] == mark[0] or (span[0], mark[0]) in HARMLESS) for mark in marks)]
        for span in bad:
            counts.setdefault(span[0], [0, 0, 0])[2] += 1
            wrong.append((group, "false", span[0], text.encode()[span[1] : span[2]].decode()))
        empty += not marks
        flagged += bool(bad and not marks)
    print("| class | marked | found | false | F1 |\n|---|---:|---:|---:|---:|")
    for name, (hit, missed, false) in sorted(counts.items()) + [("all", [sum(column) for column in zip(*counts.values())] or [0, 0, 0])]:
        score = 2 * hit / (2 * hit + missed + false) if hit + missed + false else 0.0
        print(f"| {name} | {hit + missed} | {hit} | {false} | {score:.3f} |")
    print(f"\n{len(cases)} texts, {empty} of them with nothing in them, {flagged} of which were flagged")
    if ask.wrong:
        for row in wrong:
            print("  ".join(row).replace("\n", " "))


if __name__ == "__main__":
    main()
